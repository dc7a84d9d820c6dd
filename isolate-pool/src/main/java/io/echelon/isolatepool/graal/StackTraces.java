package io.echelon.isolatepool.graal;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rewrites positions in stack traces from a bundle's files to the user's own, by its source maps.
 */
final class StackTraces {
    private static final Pattern POSITION =
            Pattern.compile("([^\\s():]+\\.m?js):(\\d{1,7}):(\\d{1,7})");

    private final Map<String, byte[]> files;
    private final Map<String, Optional<SourceMap>> maps = new ConcurrentHashMap<>();

    StackTraces(Map<String, byte[]> files) {
        this.files = files;
    }

    /** The text with every position that a source map knows replaced; others stay. */
    String rewrite(String text) {
        return POSITION.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(original(found)));
    }

    private String original(MatchResult position) {
        String path = position.group(1);
        String name = path.startsWith("/") ? path.substring(1) : path;
        return maps.computeIfAbsent(name, this::read)
                .flatMap(
                        map ->
                                map.original(
                                        Integer.parseInt(position.group(2)),
                                        Integer.parseInt(position.group(3))))
                .map(SourceMap.Position::toString)
                .orElse(position.group());
    }

    private Optional<SourceMap> read(String path) {
        byte[] map = files.get(path + ".map");
        return map == null ? Optional.empty() : SourceMap.parse(map);
    }
}
