package io.echelon.controlplane.console;

import io.quarkus.qute.ValueResolver;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** How values look in pages. */
final class Shown {
    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final long KIB = 1024;

    private Shown() {}

    /** A moment, until a script shows it in the viewer's zone. */
    static String utc(Instant time) {
        return UTC.format(time);
    }

    /** A size, to three digits. */
    static String size(long bytes) {
        if (bytes < KIB) {
            return bytes + " B";
        }
        double kibibytes = (double) bytes / KIB;
        return kibibytes < KIB
                ? "%.1f KiB".formatted(kibibytes)
                : "%.1f MiB".formatted(kibibytes / KIB);
    }

    /** A span of milliseconds. */
    static String millis(int millis) {
        return millis >= 1_000 && millis % 1_000 == 0 ? millis / 1_000 + " s" : millis + " ms";
    }

    /** A constant's name as a word. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** A text as a value in an address. */
    static String urlEncode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** {@code time.utc}, {@code bytes.size}, {@code state.word} and the like in templates. */
    static List<ValueResolver> resolvers() {
        return List.of(
                resolver("utc", Instant.class, base -> utc((Instant) base)),
                resolver("size", Long.class, base -> size((Long) base)),
                resolver("millis", Integer.class, base -> millis((Integer) base)),
                resolver("urlEncode", String.class, base -> urlEncode((String) base)),
                resolver("word", Enum.class, base -> word((Enum<?>) base)));
    }

    private static ValueResolver resolver(
            String name, Class<?> type, Function<Object, String> shown) {
        return ValueResolver.builder()
                .applyToName(name)
                .applyToBaseClass(type)
                .resolveSync(context -> shown.apply(context.getBase()))
                .build();
    }
}
