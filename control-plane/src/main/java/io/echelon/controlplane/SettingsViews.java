package io.echelon.controlplane;

import io.echelon.tenants.SettingRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the routes of variables and secrets take and answer. */
public final class SettingsViews {
    /** What stands for the value of a secret. */
    static final String MASK = "***";

    private SettingsViews() {}

    /** An app's variables by name. */
    public record Variables(Map<String, String> variables) {}

    /** A secret, without its value. */
    public record Secret(String name, Instant changedAt) {
        static Secret of(SettingRecord record) {
            return new Secret(record.name(), record.changedAt());
        }
    }

    /** An app's secrets, by name. */
    public record Secrets(List<Secret> secrets) {}

    /**
     * A change.
     *
     * @param set values by name; null is none
     * @param unset names; null is none
     */
    public record Changes(@Nullable Map<String, String> set, @Nullable List<String> unset) {
        @Override
        public String toString() {
            return "Changes";
        }
    }

    /**
     * What came of a change.
     *
     * @param revision the new one that has it and is being deployed; null when the app serves
     *     nothing yet, and its next revision will have it
     */
    public record Changed(@Nullable String revision) {}

    /**
     * A new master key.
     *
     * @param masterKey what it is called; not the key
     * @param tenants whose keys it seals now
     */
    public record Rotation(String masterKey, int tenants) {}
}
