package io.echelon.tenants;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The platform's master keys: each of 64 hexadecimal digits, between commas or line ends. The first
 * seals; those after it still open what they sealed, until everything is sealed by the first.
 */
public final class MasterKeys {
    private static final HexFormat HEX = HexFormat.of();

    private final List<SealingKey> keys;

    private MasterKeys(List<SealingKey> keys) {
        this.keys = keys;
    }

    /** The keys that a text has, at least one. */
    public static MasterKeys parse(String text) {
        List<SealingKey> keys = new ArrayList<>();
        for (String word : text.split("[,\\s]+", -1)) {
            if (!word.isEmpty()) {
                keys.add(key(word));
            }
        }
        if (keys.isEmpty()) {
            throw refuse("There is no master key; it is 64 hexadecimal digits", null);
        }
        return new MasterKeys(keys);
    }

    /** The keys of a text when there is one, else those in a file; one of them has to be given. */
    public static MasterKeys of(@Nullable String text, @Nullable Path file) {
        if (text != null) {
            return parse(text);
        }
        if (file == null) {
            throw refuse(
                    "No master key is given, so there are no settings; ECHELON_MASTER_KEY_FILE names its file",
                    null);
        }
        return read(file);
    }

    /** The keys in a file. */
    public static MasterKeys read(Path file) {
        try {
            return parse(Files.readString(file, StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw refuse("The file of the master key, %s, cannot be read".formatted(file), e);
        }
    }

    /** The key that seals. */
    public SealingKey current() {
        return keys.getFirst();
    }

    /** The key of an {@link SealingKey#id}. */
    public Optional<SealingKey> find(String id) {
        return keys.stream().filter(key -> key.id().equals(id)).findFirst();
    }

    /** The same with another key before the others. */
    public MasterKeys before(SealingKey first) {
        List<SealingKey> more = new ArrayList<>(List.of(first));
        more.addAll(keys);
        return new MasterKeys(more);
    }

    /** The same with the key that seals alone. */
    public MasterKeys currentAlone() {
        return new MasterKeys(List.of(current()));
    }

    /** The keys as a file keeps them. */
    public String text() {
        StringBuilder text = new StringBuilder();
        keys.forEach(key -> text.append(key.text()).append('\n'));
        return text.toString();
    }

    private static SealingKey key(String word) {
        try {
            return SealingKey.of(HEX.parseHex(word));
        } catch (IllegalArgumentException | EchelonException e) {
            throw refuse(
                    "A master key is %d characters or has others than 0-9 and a-f; it must be 64 hexadecimal digits"
                            .formatted(word.length()),
                    null);
        }
    }

    private static EchelonException refuse(String message, @Nullable Throwable cause) {
        return new EchelonException(ErrorCode.INVALID_CONFIGURATION, message, cause);
    }

    @Override
    public String toString() {
        return "MasterKeys" + keys;
    }
}
