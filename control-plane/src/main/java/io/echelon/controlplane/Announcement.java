package io.echelon.controlplane;

import io.echelon.tenants.Json;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The one line on standard output by which whoever started this process learns how its start ended.
 */
final class Announcement {
    private Announcement() {}

    static void ready(String address) {
        print(System.out, json("ready", "control", address));
    }

    /** Says the reason on standard error for people and on standard output for programs. */
    static void failed(String message) {
        String line = message.replaceAll("\\s+", " ").strip();
        print(System.err, "The control plane did not start: " + line);
        print(System.out, json("failed", "message", line));
    }

    private static String json(String event, String key, String value) {
        Map<String, String> line = new LinkedHashMap<>();
        line.put("event", event);
        line.put(key, value);
        return new String(Json.bytes(line), StandardCharsets.UTF_8);
    }

    private static void print(PrintStream stream, String line) {
        stream.print(line + "\n");
        stream.flush();
    }
}
