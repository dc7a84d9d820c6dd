package io.echelon.controlplane;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.Locale;

/** One answer of HTTP/1 as it comes over a socket. */
final class RawAnswer {
    private RawAnswer() {}

    /** Head and body, or what came before the connection ended. */
    static String read(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder text = new StringBuilder();
        int end = -1;
        for (int c = in.read(); c >= 0; c = in.read()) {
            text.append((char) c);
            if (end < 0 && c == '\n' && text.toString().endsWith("\r\n\r\n")) {
                end = text.length() + length(text.toString().toLowerCase(Locale.ROOT));
            }
            if (text.length() == end) {
                break;
            }
        }
        return text.toString();
    }

    private static int length(String head) {
        int at = head.indexOf("content-length: ");
        return at < 0 ? 0 : Integer.parseInt(head.substring(at + 16, head.indexOf('\r', at)));
    }
}
