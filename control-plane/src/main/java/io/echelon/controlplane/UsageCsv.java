package io.echelon.controlplane;

import io.echelon.controlplane.UsageViews.Point;
import io.echelon.controlplane.UsageViews.Series;
import io.echelon.controlplane.UsageViews.Usage;
import io.echelon.tenants.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Usage as lines of comma-separated values (RFC 4180): a heading, and a line for each step, or for
 * each app and step.
 */
final class UsageCsv {
    static final String TYPE = "text/csv";

    /** With what a spreadsheet takes a cell for a formula. */
    private static final String BEGINS_FORMULAS = "=+-@\t\r";

    private UsageCsv() {}

    static String of(Usage usage) {
        StringBuilder text = new StringBuilder();
        List<Series> series = usage.series();
        List<String> headings = new ArrayList<>(List.of("time"));
        if (series != null) {
            headings.add("app");
        }
        headings.add("requests");
        for (Outcome outcome : Outcome.values()) {
            headings.add(outcome.wireName());
        }
        headings.addAll(
                List.of(
                        "cpuMs",
                        "gbMs",
                        "wallMs",
                        "egressBytes",
                        "ingressBytes",
                        "coldStarts",
                        "subrequests",
                        "kvReads",
                        "kvWrites",
                        "cronRuns",
                        "queueMessages",
                        "assets",
                        "kvGbHours",
                        "p50Ms",
                        "p90Ms",
                        "p99Ms"));
        line(text, headings);
        if (series == null) {
            usage.points().forEach(point -> line(text, cells(point, List.of())));
        } else {
            for (Series one : series) {
                one.points().forEach(point -> line(text, cells(point, List.of(one.app()))));
            }
        }
        return text.toString();
    }

    private static List<String> cells(Point point, List<String> app) {
        List<String> cells = new ArrayList<>(List.of(point.time().toString()));
        cells.addAll(app);
        cells.add(Long.toString(point.requests()));
        point.outcomes().values().forEach(count -> cells.add(Long.toString(count)));
        cells.add(decimal(point.cpuMs()));
        cells.add(decimal(point.gbMs()));
        cells.add(decimal(point.wallMs()));
        for (long count :
                new long[] {
                    point.egressBytes(),
                    point.ingressBytes(),
                    point.coldStarts(),
                    point.subrequests(),
                    point.kvReads(),
                    point.kvWrites(),
                    point.cronRuns(),
                    point.queueMessages(),
                    point.assets()
                }) {
            cells.add(Long.toString(count));
        }
        cells.add(String.format(Locale.ROOT, "%.6f", point.kvGbHours()));
        cells.add(decimal(point.p50Ms()));
        cells.add(decimal(point.p90Ms()));
        cells.add(decimal(point.p99Ms()));
        return cells;
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append(cells.stream().map(UsageCsv::cell).collect(Collectors.joining(",")))
                .append("\r\n");
    }

    /** A cell that no spreadsheet takes for a formula. */
    static String cell(String value) {
        String harmless =
                !value.isEmpty() && BEGINS_FORMULAS.indexOf(value.charAt(0)) >= 0
                        ? "'" + value
                        : value;
        return harmless.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
                ? '"' + harmless.replace("\"", "\"\"") + '"'
                : harmless;
    }
}
