package io.echelon.edgeruntime;

import java.security.SecureRandom;
import java.util.SplittableRandom;

/**
 * Makes the ids of requests: 26 characters that sort by time, ten for the millisecond and sixteen
 * of chance. One instance belongs to one thread.
 */
final class RequestIds {
    private static final byte[] ALPHABET =
            "0123456789abcdefghjkmnpqrstvwxyz"
                    .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    private static final int TIME_CHARS = 10;
    static final int LENGTH = 26;

    private final SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());
    private final byte[] id = new byte[LENGTH];

    /**
     * @param nowMillis the wall clock, in milliseconds since 1970
     */
    @SuppressWarnings("deprecation") // the one constructor that copies ASCII bytes without decoding
    String next(long nowMillis) {
        long time = nowMillis;
        for (int i = TIME_CHARS - 1; i >= 0; i--) {
            id[i] = ALPHABET[(int) (time & 31)];
            time >>>= 5;
        }
        long bits = random.nextLong();
        for (int i = TIME_CHARS; i < LENGTH; i++) {
            if (i == TIME_CHARS + 8) {
                bits = random.nextLong();
            }
            id[i] = ALPHABET[(int) (bits & 31)];
            bits >>>= 5;
        }
        return new String(id, 0, 0, LENGTH);
    }
}
