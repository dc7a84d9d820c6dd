package io.echelon.edgeruntime;

import io.echelon.isolatepool.GuestError;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.StreamResetException;
import java.net.ConnectException;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLException;

/** Says to a guest why an outgoing request failed, without what is inside the platform. */
final class FetchFailure {
    private FetchFailure() {}

    /** Whether no connection came about, so that another address may be tried. */
    static boolean isConnect(Throwable cause) {
        return cause instanceof ConnectException || cause instanceof ConnectTimeoutException;
    }

    static GuestError sending(String url, Throwable cause) {
        return told("error sending request for url (%s): %s", url, cause);
    }

    static GuestError reading(String url, Throwable cause) {
        return told("error reading a body from url (%s): %s", url, cause);
    }

    private static GuestError told(String format, String url, Throwable cause) {
        Throwable root = cause;
        while (root instanceof CompletionException && root.getCause() != null) {
            root = root.getCause();
        }
        if (root instanceof GuestError guest) {
            return guest.className().equals("TypeError")
                            && !String.valueOf(guest.getMessage()).contains(url)
                    ? new GuestError("TypeError", format.formatted(url, guest.getMessage()))
                    : guest;
        }
        return new GuestError("TypeError", format.formatted(url, reason(root)));
    }

    private static String reason(Throwable cause) {
        return switch (cause) {
            case ConnectTimeoutException timeout -> "connecting timed out";
            case ConnectException refused -> "connection refused";
            case SSLException tls -> "the TLS handshake failed";
            case HttpClosedException closed -> "connection closed before the message was complete";
            case StreamResetException reset -> "the other side reset the stream";
            case java.io.IOException io -> "connection lost";
            default -> "the request failed";
        };
    }
}
