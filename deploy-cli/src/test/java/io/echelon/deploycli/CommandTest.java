package io.echelon.deploycli;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Commands in a folder of their own, of somebody who is signed in to a server that answers. */
abstract class CommandTest {
    @TempDir Path folder;
    RecordingServer server;
    Shell shell;

    @BeforeEach
    final void signIn() throws IOException {
        server = new RecordingServer();
        shell = new Shell(folder.toRealPath()).signedInTo(server);
    }

    @AfterEach
    final void stopServer() {
        server.close();
    }
}
