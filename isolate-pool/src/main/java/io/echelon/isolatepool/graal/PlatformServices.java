package io.echelon.isolatepool.graal;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyArray;
import org.jspecify.annotations.Nullable;

/** What Java does for a guest at once, on the guest's own time. */
final class PlatformServices {
    private static final int RANDOM_MAX_BYTES = 65_536; // Web Cryptography API, getRandomValues
    private static final SecureRandom RANDOM = new SecureRandom();

    private final JsIsolate isolate;
    private final long startNanos = System.nanoTime();

    PlatformServices(JsIsolate isolate) {
        this.isolate = isolate;
    }

    @Nullable Object call(Value... arguments) {
        return switch (arguments[0].asString()) {
            case "random" -> random(arguments[1].asInt());
            case "uuid" -> UUID.randomUUID().toString();
            case "digest" -> digest(arguments[1].asString(), arguments[2]);
            case "now" -> (System.nanoTime() - startNanos) / 1e6;
            case "arguments" -> arguments();
            case "exit" -> exit(arguments[1].asInt());
            default -> null;
        };
    }

    /** A program's arguments; null in a function. */
    private @Nullable Object arguments() {
        List<String> arguments = isolate.programArguments();
        return arguments == null ? null : ProxyArray.fromArray(arguments.toArray());
    }

    /** Ends a program; false in a function, which ends by answering. */
    private boolean exit(int status) {
        if (isolate.programArguments() == null) {
            return false;
        }
        isolate.exit(status);
        return true;
    }

    private static ByteBuffer random(int length) {
        byte[] bytes = new byte[Math.clamp(length, 0, RANDOM_MAX_BYTES)];
        RANDOM.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private static @Nullable ByteBuffer digest(String algorithm, Value bytes) {
        switch (algorithm) {
            case "SHA-1", "SHA-256", "SHA-384", "SHA-512", "MD5" -> {
                try {
                    byte[] hash =
                            MessageDigest.getInstance(algorithm).digest(GuestValues.bytes(bytes));
                    return ByteBuffer.wrap(hash);
                } catch (NoSuchAlgorithmException e) {
                    throw new IllegalStateException("every JDK has " + algorithm, e);
                }
            }
            default -> {
                return null;
            }
        }
    }
}
