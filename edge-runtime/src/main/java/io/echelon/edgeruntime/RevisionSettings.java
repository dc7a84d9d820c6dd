package io.echelon.edgeruntime;

import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RevisionRecord;
import io.echelon.tenants.SettingsSnapshot;
import java.util.Map;

/**
 * The variables and secrets of the revisions that this node loads. They come to it sealed, as a
 * blob, stay sealed on its disk, and are opened in its memory.
 *
 * <p><b>Thread safety.</b> May be used from any thread; blocks.
 */
final class RevisionSettings {
    private final LocalBlobs blobs;
    private final TenantKeys keys;

    RevisionSettings(LocalBlobs blobs, TenantKeys keys) {
        this.blobs = blobs;
        this.keys = keys;
    }

    Map<String, String> of(RevisionRecord revision) {
        String blob = revision.settings();
        if (blob == null) {
            return Map.of();
        }
        RevisionId id = revision.id();
        return SettingsSnapshot.open(
                id, blobs.read(blob), keys.of(id.tenant(), "the settings of " + id));
    }
}
