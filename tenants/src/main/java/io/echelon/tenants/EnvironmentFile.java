package io.echelon.tenants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads variables from a file of {@code NAME=value} lines. */
public final class EnvironmentFile {
    private static final Pattern LINE =
            Pattern.compile("(?:export\\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\\s*=\\s*(.*)");

    private EnvironmentFile() {}

    /**
     * The variables of a file. A value may stand in single quotes, where nothing is special, or in
     * double quotes, where {@code \n} is a line's end; without quotes, {@code #} after a space
     * begins a comment.
     */
    public static Map<String, String> read(Path file) throws IOException {
        Map<String, String> variables = new LinkedHashMap<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new EchelonException(
                        ErrorCode.INVALID_CONFIGURATION,
                        "%s:%d: not a variable; write NAME=value".formatted(file, i + 1));
            }
            variables.put(matcher.group(1), value(matcher.group(2), file, i + 1));
        }
        return variables;
    }

    private static String value(String text, Path file, int line) {
        if (text.startsWith("'") || text.startsWith("\"")) {
            char quote = text.charAt(0);
            int end = text.lastIndexOf(quote);
            if (end == 0) {
                throw new EchelonException(
                        ErrorCode.INVALID_CONFIGURATION,
                        "%s:%d: the quote is not closed".formatted(file, line));
            }
            String inner = text.substring(1, end);
            return quote == '\'' ? inner : inner.replace("\\n", "\n").replace("\\\"", "\"");
        }
        return text.replaceFirst("(^|\\s)#.*$", "").strip();
    }
}
