package io.echelon.isolatepool.graal;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A source map (ECMA-426, version 3): which place of which source a place of a generated file came
 * from. Lines and columns that go in and out count from 1.
 */
final class SourceMap {
    private static final String BASE64 =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    private static final int VERSION = 3;

    /** A place in a source. */
    record Position(String source, int line, int column) {
        @Override
        public String toString() {
            return source + ":" + line + ":" + column;
        }
    }

    /** A generated column and the source place that starts there, all from 0. */
    private record Segment(int generatedColumn, int source, int line, int column) {}

    private final List<String> sources;
    private final List<List<Segment>> lines;

    private SourceMap(List<String> sources, List<List<Segment>> lines) {
        this.sources = sources;
        this.lines = lines;
    }

    /** Reads a map; empty when it is not one. */
    static Optional<SourceMap> parse(byte[] json) {
        try {
            JsonNode root = Json.mapper().readTree(json);
            if (root.path("version").asInt() != VERSION) {
                return Optional.empty();
            }
            List<String> sources = new ArrayList<>();
            root.path("sources").forEach(source -> sources.add(source.asText()));
            return Optional.of(new SourceMap(sources, decode(root.path("mappings").asText())));
        } catch (IOException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    /** The source place that a generated place came from; empty when the map does not say. */
    Optional<Position> original(int line, int column) {
        if (line < 1 || line > lines.size()) {
            return Optional.empty();
        }
        Segment best = null;
        for (Segment segment : lines.get(line - 1)) {
            if (segment.generatedColumn() > column - 1) {
                break;
            }
            best = segment;
        }
        if (best == null || best.source() < 0 || best.source() >= sources.size()) {
            return Optional.empty();
        }
        return Optional.of(
                new Position(sources.get(best.source()), best.line() + 1, best.column() + 1));
    }

    private static List<List<Segment>> decode(String mappings) {
        List<List<Segment>> lines = new ArrayList<>();
        int source = 0;
        int sourceLine = 0;
        int sourceColumn = 0;
        for (String line : mappings.split(";", -1)) {
            List<Segment> segments = new ArrayList<>();
            int generatedColumn = 0;
            for (String text : line.isEmpty() ? new String[0] : line.split(",")) {
                int[] fields = decodeSegment(text);
                generatedColumn += fields[0];
                if (fields.length < 4) {
                    segments.add(new Segment(generatedColumn, -1, 0, 0));
                    continue;
                }
                source += fields[1];
                sourceLine += fields[2];
                sourceColumn += fields[3];
                segments.add(new Segment(generatedColumn, source, sourceLine, sourceColumn));
            }
            lines.add(segments);
        }
        return lines;
    }

    /**
     * The numbers of a segment: base 64 digits of five bits, least first, the sixth says that more
     * follow; the lowest bit is the sign.
     */
    private static int[] decodeSegment(String text) {
        List<Integer> fields = new ArrayList<>();
        int value = 0;
        int shift = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = BASE64.indexOf(text.charAt(i));
            if (digit < 0) {
                throw new IndexOutOfBoundsException("not a base 64 digit");
            }
            value |= (digit & 31) << shift;
            shift += 5;
            if ((digit & 32) == 0) {
                fields.add((value & 1) == 0 ? value >>> 1 : -(value >>> 1));
                value = 0;
                shift = 0;
            }
        }
        return fields.stream().mapToInt(Integer::intValue).toArray();
    }
}
