package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Reads the control plane's answers, of which later versions may say more than this one knows. */
final class Views {
    private Views() {}

    /** The items of a list, which stands alone or under a name. */
    static List<JsonNode> items(JsonNode answer, String name) {
        JsonNode list = answer.isArray() ? answer : answer.path(name);
        List<JsonNode> items = new ArrayList<>();
        list.forEach(items::add);
        return items;
    }

    /** A text, or a dash when there is none. */
    static String text(JsonNode view, String key) {
        JsonNode value = view.path(key);
        return value.isMissingNode() || value.isNull() ? "-" : value.asText();
    }

    /** An instant without its fraction of a second. */
    static String time(JsonNode view, String key) {
        return text(view, key).replaceFirst("\\.[0-9]+Z$", "Z");
    }

    /** What a split gives to each revision, or the one that serves without a split. */
    static String served(JsonNode split, String alone) {
        List<JsonNode> shares = items(split, "shares");
        return shares.isEmpty()
                ? alone
                : shares.stream()
                        .map(share -> text(share, "revision") + " " + text(share, "percent") + " %")
                        .collect(Collectors.joining(", "));
    }

    /** Texts of a list with commas between them, or a dash when there are none. */
    static String words(JsonNode view, String key) {
        List<String> words = items(view, key).stream().map(JsonNode::asText).toList();
        return words.isEmpty() ? "-" : String.join(",", words);
    }
}
