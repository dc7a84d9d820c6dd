package io.echelon.controlplane;

import io.echelon.controlplane.DeploymentService.Draft;
import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Manifest;
import io.echelon.tenants.RevisionRecord;
import io.echelon.tenants.TenantName;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What an isolate of an app may use. A revision has its limits for ever, so others are a new
 * revision of the same files; the next deployment brings those of its own manifest.
 */
@Singleton
final class LimitsService {
    private final AppService apps;
    private final DeploymentService deployments;

    /** What a change made, and of what. */
    record Changed(RevisionRecord revision, FunctionLimits before, FunctionLimits after) {}

    LimitsService(AppService apps, DeploymentService deployments) {
        this.apps = apps;
        this.deployments = deployments;
    }

    /** Those of what the app serves, or of what is newer and being deployed. */
    Tagged<FunctionLimits> of(TenantName tenant, AppName app) {
        var _ = apps.require(tenant, app);
        FunctionLimits limits =
                deployments
                        .current(tenant, app)
                        .map(Manifest::limits)
                        .orElseThrow(() -> servesNothing(ErrorCode.NOT_FOUND, app));
        return new Tagged<>(limits, tag(limits));
    }

    /**
     * @param ifMatch under which tag the caller saw them
     */
    Changed change(TenantName tenant, AppName app, LimitsViews.Changes changes, IfMatch ifMatch) {
        if (changes.isEmpty()) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "No limit is given; name one or more of cpuMs, memoryMb and wallMs");
        }
        var _ = apps.require(tenant, app);
        AtomicReference<FunctionLimits> before = new AtomicReference<>(FunctionLimits.DEFAULT);
        RevisionRecord revision =
                deployments
                        .redeploy(
                                tenant,
                                app,
                                manifest -> {
                                    before.set(manifest.limits());
                                    return draft(app, manifest, changes, ifMatch);
                                })
                        .orElseThrow(() -> servesNothing(ErrorCode.CONFLICT, app));
        FunctionLimits was = Objects.requireNonNull(before.get());
        return new Changed(revision, was, changes.of(was));
    }

    private static Draft draft(
            AppName app, Manifest manifest, LimitsViews.Changes changes, IfMatch ifMatch) {
        FunctionLimits before = manifest.limits();
        ifMatch.require(tag(before), "A limit of app \"%s\"".formatted(app));
        FunctionLimits after = changes.of(before);
        if (after.equals(before)) {
            throw new EchelonException(
                    ErrorCode.CONFLICT,
                    "App \"%s\" has these limits already: %s".formatted(app, words(after)));
        }
        return new Draft(manifest.withLimits(after), "limits changed: " + changed(before, after));
    }

    private static String changed(FunctionLimits before, FunctionLimits after) {
        List<String> words = new ArrayList<>();
        note(words, "cpuMs", before.cpuMs(), after.cpuMs());
        note(words, "memoryMb", before.memoryMb(), after.memoryMb());
        note(words, "wallMs", before.wallMs(), after.wallMs());
        return String.join(", ", words);
    }

    private static void note(List<String> words, String name, int before, int after) {
        if (before != after) {
            words.add("%s %d to %d".formatted(name, before, after));
        }
    }

    private static String words(FunctionLimits limits) {
        return "cpuMs %d, memoryMb %d, wallMs %d"
                .formatted(limits.cpuMs(), limits.memoryMb(), limits.wallMs());
    }

    private static EntityTag tag(FunctionLimits limits) {
        return new EntityTag(
                "%d-%d-%d".formatted(limits.cpuMs(), limits.memoryMb(), limits.wallMs()));
    }

    private static EchelonException servesNothing(ErrorCode code, AppName app) {
        return new EchelonException(
                code,
                "App \"%s\" serves nothing yet; deploy it, with \"limits\" in its edge.json when others than the usual ones are wanted"
                        .formatted(app));
    }
}
