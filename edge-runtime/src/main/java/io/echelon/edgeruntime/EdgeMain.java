package io.echelon.edgeruntime;

import io.echelon.isolatepool.graal.ProcessShare;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ProcessLifecycle;
import io.echelon.tenants.ProcessSettings;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.annotations.QuarkusMain;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Starts an edge node as a process. */
@QuarkusMain
public final class EdgeMain {
    private static final Logger LOG = Logger.getLogger(EdgeMain.class);
    private static final int FAILED = 1;

    private EdgeMain() {}

    public static void main(String[] arguments) {
        ProcessLifecycle.hold();
        if (System.getenv("ECHELON_PARENT_PID") != null) { // which stops its nodes itself
            ProcessGroup.makeOwn();
        }
        if (System.getenv("ECHELON_QUARANTINE_OF") != null) { // from its first moment on
            ProcessShare.onlyWhatOthersLeave();
        }
        try {
            ProcessSettings settings = ProcessSettings.read(System.getenv());
            var _ = EdgeEnvironment.read(settings.values());
            settings.publish(EdgeConfiguration.class, System.getenv());
        } catch (EchelonException e) {
            failed(e.reason());
            System.exit(FAILED);
        }
        Quarkus.run(EdgeApplication.class, EdgeMain::ended, arguments);
    }

    static void failed(String message) {
        Announcement.failed(System.out, System.err, message.replaceAll("\\s+", " "));
    }

    private static void ended(int code, @Nullable Throwable failure) {
        if (failure != null) {
            failed(reason(failure));
        }
        Runtime.getRuntime().halt(failure == null ? code : FAILED);
    }

    /** What whoever started the process is told. */
    static String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof EchelonException refusal) {
                return refusal.reason();
            }
            if (cause instanceof QuarkusBindException bind) {
                return "Port %d on %s is in use by another process; stop that one or choose another port"
                        .formatted(bind.getPort(), bind.getHost());
            }
        }
        LOG.error("The node could not start", failure);
        return "The node could not start; its log says why";
    }
}
