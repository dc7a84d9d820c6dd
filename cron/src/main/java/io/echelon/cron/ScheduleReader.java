package io.echelon.cron;

import com.cronutils.model.Cron;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.field.CronFieldName;
import com.cronutils.model.field.expression.Always;
import com.cronutils.model.field.expression.And;
import com.cronutils.model.field.expression.Between;
import com.cronutils.model.field.expression.Every;
import com.cronutils.model.field.expression.FieldExpression;
import com.cronutils.model.field.expression.On;
import com.cronutils.model.field.expression.QuestionMark;
import com.cronutils.model.field.value.FieldValue;
import com.cronutils.parser.CronParser;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Limits;
import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads cron expressions. cron-utils takes them apart and knows which field may hold what; which
 * times they mean is decided here.
 *
 * <p>A range whose end is less than its start goes round: {@code 22-2} hours, {@code FRI-MON}.
 */
final class ScheduleReader {
    private static final Pattern CHARACTERS = Pattern.compile("[0-9A-Za-z*/,?#\\- ]*");
    private static final Map<String, String> NICKNAMES =
            Map.of(
                    "@yearly", "0 0 1 1 *",
                    "@annually", "0 0 1 1 *",
                    "@monthly", "0 0 1 * *",
                    "@weekly", "0 0 * * SUN",
                    "@daily", "0 0 * * *",
                    "@midnight", "0 0 * * *",
                    "@hourly", "0 * * * *");
    private static final CronParser FROM_ZERO = parser(0, 1);
    private static final CronParser FROM_ONE = parser(1, 2);

    private final String text;
    private final Weekdays weekdays;

    private ScheduleReader(String text, Weekdays weekdays) {
        this.text = text;
        this.weekdays = weekdays;
    }

    static Schedule read(String text, Weekdays weekdays) {
        return new ScheduleReader(text, weekdays).read();
    }

    private Schedule read() {
        if (text.length() > Limits.CRON_SCHEDULE_MAX_CHARS) {
            throw refuse(
                    "it is longer than %d characters".formatted(Limits.CRON_SCHEDULE_MAX_CHARS));
        }
        String plain = text.strip();
        if (plain.startsWith("@")) {
            String nickname = NICKNAMES.get(plain.toLowerCase(Locale.ROOT));
            if (nickname == null) {
                throw refuse("the names are @yearly, @monthly, @weekly, @daily and @hourly");
            }
            plain = nickname;
        }
        String[] fields = plain.split("\\s+");
        if (fields.length != 5 && fields.length != 6) {
            throw refuse(
                    "it has %d fields; it must have five (minute, hour, day of month, month, day of week), or six with seconds first"
                            .formatted(plain.isEmpty() ? 0 : fields.length));
        }
        String whole = (fields.length == 5 ? "0 " : "") + String.join(" ", fields);
        if (!CHARACTERS.matcher(whole).matches()) {
            throw refuse("a field has a character that none may have");
        }
        Map<CronFieldName, FieldExpression> parsed = parse(whole);
        FieldExpression daysOfMonth = field(parsed, CronFieldName.DAY_OF_MONTH);
        FieldExpression daysOfWeek = field(parsed, CronFieldName.DAY_OF_WEEK);
        Schedule schedule =
                new Schedule(
                        text,
                        bits(field(parsed, CronFieldName.SECOND), 0, 59),
                        bits(field(parsed, CronFieldName.MINUTE), 0, 59),
                        bits(field(parsed, CronFieldName.HOUR), 0, 23),
                        isAny(daysOfMonth) ? List.of() : dayOfMonthRules(daysOfMonth),
                        bits(field(parsed, CronFieldName.MONTH), 1, 12),
                        isAny(daysOfWeek) ? List.of() : dayOfWeekRules(daysOfWeek));
        if (!schedule.everFires()) {
            throw refuse("no day is ever like that, so it would never fire");
        }
        return schedule;
    }

    private Map<CronFieldName, FieldExpression> parse(String whole) {
        try {
            CronParser parser =
                    switch (weekdays) {
                        case FROM_ZERO -> FROM_ZERO;
                        case FROM_ONE -> FROM_ONE;
                    };
            Cron cron = parser.parse(whole);
            Map<CronFieldName, FieldExpression> expressions = new EnumMap<>(CronFieldName.class);
            cron.retrieveFieldsAsMap()
                    .forEach((name, field) -> expressions.put(name, field.getExpression()));
            return expressions;
        } catch (IllegalArgumentException e) {
            String message = e.getMessage() == null ? "" : e.getMessage();
            throw refuse(
                    message.replaceFirst("^Failed to parse cron expression\\. ", "")
                            .replaceFirst("^Invalid field value! ", ""));
        } catch (RuntimeException e) { // cron-utils meets some signs unprepared
            throw refuse("a field is not a list of numbers, ranges and steps");
        }
    }

    private static FieldExpression field(
            Map<CronFieldName, FieldExpression> fields, CronFieldName name) {
        FieldExpression expression = fields.get(name);
        if (expression == null) {
            throw new IllegalStateException("cron-utils gave no field " + name);
        }
        return expression;
    }

    private static boolean isAny(FieldExpression expression) {
        return expression instanceof Always || expression instanceof QuestionMark;
    }

    private List<DayRule> dayOfMonthRules(FieldExpression expression) {
        List<DayRule> rules = new ArrayList<>();
        long plain = 0;
        for (FieldExpression part : parts(expression)) {
            if (!(part instanceof On on)) {
                plain |= bits(part, 1, 31);
                continue;
            }
            switch (on.getSpecialChar().getValue()) {
                case L -> rules.add(new DayRule.FromLast(Math.max(0, on.getNth().getValue())));
                case W -> rules.add(new DayRule.NearestWorkday(on.getTime().getValue()));
                case LW -> rules.add(new DayRule.LastWorkday());
                case NONE -> plain |= bits(part, 1, 31);
                default -> throw refuse("the day of month does not know that sign");
            }
        }
        if (plain != 0) {
            rules.add(new DayRule.DaysOfMonth((int) plain));
        }
        return rules;
    }

    private List<DayRule> dayOfWeekRules(FieldExpression expression) {
        List<DayRule> rules = new ArrayList<>();
        int plain = 0;
        for (FieldExpression part : parts(expression)) {
            if (!(part instanceof On on)) {
                plain |= weekdayBits(part);
                continue;
            }
            int time = on.getTime().getValue();
            switch (on.getSpecialChar().getValue()) {
                case L ->
                        rules.add(
                                time < 0
                                        ? new DayRule.DaysOfWeek(1 << 6) // the week's last day
                                        : new DayRule.LastOfWeekday(weekday(time)));
                case HASH -> rules.add(nth(time, on.getNth().getValue()));
                case NONE -> plain |= weekdayBits(part);
                default -> throw refuse("the day of week does not know that sign");
            }
        }
        if (plain != 0) {
            rules.add(new DayRule.DaysOfWeek(plain));
        }
        return rules;
    }

    private DayRule nth(int day, int nth) {
        if (nth < 1 || nth > 5) {
            throw refuse("the number after # is %d; it must be from 1 to 5".formatted(nth));
        }
        return new DayRule.NthWeekday(weekday(day), nth);
    }

    private DayOfWeek weekday(int number) {
        int afterSunday = weekdays.afterSunday(number);
        return DayOfWeek.of(afterSunday == 0 ? 7 : afterSunday);
    }

    private int weekdayBits(FieldExpression expression) {
        int min = weekdays.min();
        int bits = 0;
        for (long numbers = bits(expression, min, min + 6, 7);
                numbers != 0;
                numbers &= numbers - 1) {
            bits |= 1 << weekdays.afterSunday(Long.numberOfTrailingZeros(numbers));
        }
        return bits;
    }

    private long bits(FieldExpression expression, int min, int max) {
        return bits(expression, min, max, max);
    }

    /** The numbers that an expression covers; {@code last} is the greatest that may be written. */
    private long bits(FieldExpression expression, int min, int max, int last) {
        return switch (expression) {
            case Always _, QuestionMark _ -> range(min, max, min, max, 1);
            case On on -> 1L << on.getTime().getValue();
            case Between between ->
                    range(number(between.getFrom()), number(between.getTo()), min, max, 1);
            case Every every -> {
                int period = every.getPeriod().getValue();
                yield switch (every.getExpression()) {
                    case On on when on.getTime().getValue() <= last ->
                            range(on.getTime().getValue(), max, min, max, period);
                    case Between between ->
                            range(
                                    number(between.getFrom()),
                                    number(between.getTo()),
                                    min,
                                    max,
                                    period);
                    default -> range(min, max, min, max, period);
                };
            }
            case And and -> {
                long bits = 0;
                for (FieldExpression part : and.getExpressions()) {
                    bits |= bits(part, min, max, last);
                }
                yield bits;
            }
            default -> throw refuse("a field is not a list of numbers, ranges and steps");
        };
    }

    /** Numbers from one to another; round the end when the second is less than the first. */
    private static long range(int from, int to, int min, int max, int step) {
        int size = max - min + 1;
        int end = to < from ? to + size : to;
        long bits = 0;
        for (int i = from; i <= end; i += step) {
            bits |= 1L << (i > max ? i - size : i);
        }
        return bits;
    }

    private int number(FieldValue<?> value) {
        if (value.getValue() instanceof Integer number) {
            return number;
        }
        throw refuse("a range is not from a number to a number");
    }

    private static List<FieldExpression> parts(FieldExpression expression) {
        return expression instanceof And and ? and.getExpressions() : List.of(expression);
    }

    private EchelonException refuse(String reason) {
        String shown = text.length() > 80 ? text.substring(0, 80) + "…" : text;
        return new EchelonException(
                ErrorCode.INVALID_CONFIGURATION,
                "\"%s\" is not a schedule: %s".formatted(shown, reason));
    }

    private static CronParser parser(int leastWeekday, int monday) {
        return new CronParser(
                CronDefinitionBuilder.defineCron()
                        .withSeconds()
                        .withValidRange(0, 59)
                        .and()
                        .withMinutes()
                        .withValidRange(0, 59)
                        .and()
                        .withHours()
                        .withValidRange(0, 23)
                        .and()
                        .withDayOfMonth()
                        .withValidRange(1, 31)
                        .supportsL()
                        .supportsW()
                        .supportsLW()
                        .supportsQuestionMark()
                        .and()
                        .withMonth()
                        .withValidRange(1, 12)
                        .and()
                        .withDayOfWeek()
                        .withValidRange(leastWeekday, 7)
                        .withMondayDoWValue(monday)
                        .supportsHash()
                        .supportsL()
                        .supportsQuestionMark()
                        .and()
                        .instance());
    }
}
