package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.Json;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;

/** What a command says: results on the output, notes and progress on the error output. */
final class Output {
    /** Who reads the results. */
    enum Form {
        TEXT,
        JSON
    }

    private static final int BAR_WIDTH = 24;

    private final PrintStream out;
    private final PrintStream err;
    private final Form form;
    private final boolean progress;
    private boolean barShown;

    Output(Surroundings surroundings, Form form) {
        this.out = surroundings.out();
        this.err = surroundings.err();
        this.form = form;
        this.progress = form == Form.TEXT && surroundings.errorsAreTerminal();
    }

    Form form() {
        return form;
    }

    /** Prints a line, whatever the form. */
    void line(String text) {
        clearBar();
        out.println(text);
        out.flush();
    }

    /** Prints one value as one line of JSON. */
    void json(Object value) {
        line(new String(Json.bytes(value), StandardCharsets.UTF_8));
    }

    /** Prints something that a person should know and no program waits for. */
    void note(String text) {
        clearBar();
        err.println(text);
        err.flush();
    }

    /** Prints a step of something that lasts; on a terminal only. */
    void step(String text) {
        if (progress) {
            note(text);
        }
    }

    /** Shows how much of something is done; on a terminal only. */
    void bar(String what, long done, long all) {
        if (!progress || all <= 0) {
            return;
        }
        int filled = (int) (BAR_WIDTH * done / all);
        err.printf(
                "\r%s [%s%s] %d/%d ",
                what, "#".repeat(filled), " ".repeat(BAR_WIDTH - filled), done, all);
        err.flush();
        barShown = true;
    }

    /** Prints rows in columns under their headings. */
    void table(List<String> headings, List<List<String>> rows) {
        int[] widths = headings.stream().mapToInt(String::length).toArray();
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        line(row(headings, widths));
        rows.forEach(row -> line(row(row, widths)));
    }

    /** Prints a list: as one value of JSON, or in columns under their headings. */
    void list(List<JsonNode> items, List<String> headings, Function<JsonNode, List<String>> row) {
        switch (form) {
            case JSON -> json(items);
            case TEXT -> table(headings, items.stream().map(row).toList());
        }
    }

    /** Prints an answer: as JSON, or in words. */
    void result(JsonNode answer, String words) {
        switch (form) {
            case JSON -> json(answer);
            case TEXT -> line(words);
        }
    }

    private static String row(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(cells.get(i));
            line.repeat(' ', widths[i] - cells.get(i).length() + 2);
        }
        return line.toString().stripTrailing();
    }

    private void clearBar() {
        if (barShown) {
            err.print("\r\033[K");
            err.flush();
            barShown = false;
        }
    }
}
