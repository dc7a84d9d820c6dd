package io.echelon.isolatepool.platform;

import io.echelon.isolatepool.GuestError;
import io.echelon.isolatepool.GuestIdentity;
import io.echelon.isolatepool.HostBinding;
import io.echelon.isolatepool.HostSession;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The binding {@code cache} with entries of each isolate's own. */
final class FakeCache implements HostBinding {
    @Override
    public String name() {
        return "cache";
    }

    @Override
    public HostSession open(GuestIdentity guest) {
        return new Session();
    }

    private static final class Session implements HostSession {
        private final Map<String, byte[]> entries = new HashMap<>();

        @Override
        public CompletionStage<@Nullable Object> start(
                String operation, @Nullable Object[] arguments) {
            String cache = arguments[0] + " ";
            String key = cache + (arguments.length > 1 ? arguments[1] : "");
            return CompletableFuture.completedFuture(
                    switch (operation) {
                        case "open" -> null;
                        case "match" -> entries.get(key);
                        case "put" -> put(key, arguments);
                        case "delete" -> entries.remove(key) != null;
                        case "has" -> entries.keySet().stream().anyMatch(k -> k.startsWith(cache));
                        case "drop" -> entries.keySet().removeIf(k -> k.startsWith(cache));
                        default -> throw new GuestError("TypeError", "no operation " + operation);
                    });
        }

        private @Nullable Object put(String key, @Nullable Object[] arguments) {
            if (((Number) arguments[3]).doubleValue() == 0) {
                entries.remove(key);
            } else {
                entries.put(key, (byte[]) arguments[2]);
            }
            return null;
        }

        @Override
        public void close() {}
    }
}
