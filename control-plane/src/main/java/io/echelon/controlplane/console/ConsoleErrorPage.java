package io.echelon.controlplane.console;

import io.echelon.controlplane.ErrorPage;
import jakarta.inject.Singleton;
import java.util.Map;

/** Errors in the look of the console, also for who is not signed in. */
@Singleton
final class ConsoleErrorPage implements ErrorPage {
    private final Pages pages;

    ConsoleErrorPage(Pages pages) {
        this.pages = pages;
    }

    @Override
    public String of(int status, String message, String requestId) {
        String title =
                switch (status) {
                    case 403 -> "You may not see this";
                    case 404 -> "There is nothing here";
                    case 429 -> "Too many attempts";
                    case 503 -> "The store does not answer";
                    default -> status < 500 ? "This did not work" : "Something went wrong";
                };
        return pages.of(
                "error",
                Map.of(
                        "status", status,
                        "title", title,
                        "message", message,
                        "requestId", requestId));
    }
}
