package io.echelon.deploycli;

import io.echelon.tenants.BundleFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A function made ready to be deployed: the files that the platform is to have.
 *
 * <p>Lifecycle: to be closed, which deletes what was made for it; the user's own files stay.
 *
 * @param main path of the entry among the files
 * @param contents where the content with each hash lies
 * @param workFolder what was made for this bundle
 */
record Bundle(String main, List<BundleFile> files, Map<String, Path> contents, Path workFolder)
        implements AutoCloseable {
    @Override
    public void close() throws IOException {
        WorkFolder.delete(workFolder);
    }
}
