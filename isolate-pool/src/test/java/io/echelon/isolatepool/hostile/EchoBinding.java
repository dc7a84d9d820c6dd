package io.echelon.isolatepool.hostile;

import io.echelon.isolatepool.GuestIdentity;
import io.echelon.isolatepool.HostBinding;
import io.echelon.isolatepool.HostSession;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The binding {@code fetch} without a network: every response is empty, and none ever fails. */
final class EchoBinding implements HostBinding {
    @Override
    public String name() {
        return "fetch";
    }

    @Override
    public HostSession open(GuestIdentity guest) {
        return new HostSession() {
            private int lastExchange;

            @Override
            public CompletionStage<@Nullable Object> start(
                    String operation, @Nullable Object[] arguments) {
                @Nullable Object result =
                        switch (operation) {
                            case "begin" -> ++lastExchange;
                            case "open" ->
                                    new Object[] {200, "OK", new Object[0], ++lastExchange, "1.1"};
                            case "read" -> "piece".getBytes(StandardCharsets.UTF_8);
                            default -> null;
                        };
                return CompletableFuture.completedFuture(result);
            }

            @Override
            public void close() {}
        };
    }
}
