package io.echelon.edgeruntime;

import io.echelon.tenants.DataKeyRecord;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.MasterKeys;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RevisionRecord;
import io.echelon.tenants.SettingsSnapshot;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The variables and secrets of the revisions that this node loads. They come to it sealed, as a
 * blob, stay sealed on its disk, and are opened in its memory.
 *
 * <p><b>Thread safety.</b> May be used from any thread; blocks.
 */
final class RevisionSettings {
    private final SystemReader rows;
    private final LocalBlobs blobs;
    private final Supplier<MasterKeys> masterKeys;

    /**
     * @param masterKeys asked whenever one is needed, since they change
     */
    RevisionSettings(SystemReader rows, LocalBlobs blobs, Supplier<MasterKeys> masterKeys) {
        this.rows = rows;
        this.blobs = blobs;
        this.masterKeys = masterKeys;
    }

    Map<String, String> of(RevisionRecord revision) {
        String blob = revision.settings();
        if (blob == null) {
            return Map.of();
        }
        RevisionId id = revision.id();
        DataKeyRecord key =
                rows.dataKey(id.tenant())
                        .orElseThrow(
                                () ->
                                        new EchelonException(
                                                ErrorCode.INTERNAL,
                                                "Tenant \"%s\" has no data key, so the settings of %s cannot be opened"
                                                        .formatted(id.tenant(), id)));
        return SettingsSnapshot.open(id, blobs.read(blob), key.open(masterKeys.get()));
    }
}
