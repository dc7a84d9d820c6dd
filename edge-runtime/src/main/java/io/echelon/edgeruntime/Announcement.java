package io.echelon.edgeruntime;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.echelon.tenants.Json;
import java.io.PrintStream;
import java.util.Map;

/** The one line on standard output by which whoever started a node learns what became of it. */
final class Announcement {
    private Announcement() {}

    /** Says that the node answers, and where. */
    static void ready(PrintStream out, String node, Map<String, String> addresses) {
        ObjectNode line = Json.mapper().createObjectNode();
        line.put("event", "ready");
        line.put("node", node);
        addresses.forEach(line::put);
        print(out, line);
    }

    /** Says that the node could not start. */
    static void failed(PrintStream out, PrintStream err, String message) {
        ObjectNode line = Json.mapper().createObjectNode();
        line.put("event", "failed");
        line.put("message", message);
        print(out, line);
        print(err, line);
    }

    private static void print(PrintStream stream, ObjectNode line) {
        stream.println(line);
        stream.flush();
    }
}
