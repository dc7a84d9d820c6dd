package io.echelon.controlplane;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.echelon.tenants.BundleFile;
import io.echelon.tenants.CronSpec;
import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.Permissions;
import io.echelon.tenants.ReadinessRecord;
import io.echelon.tenants.RevisionRecord;
import io.echelon.tenants.RouteRecord;
import io.echelon.tenants.TrafficSplit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the API's routes take and answer. */
public final class Views {
    private Views() {}

    /**
     * The platform.
     *
     * @param http address of a node in the clear; null when none is alive
     * @param https address of a node by TLS; null when none is alive
     * @param nodes all that are alive; empty for whoever is not the operator
     */
    public record Platform(
            String version,
            String baseDomain,
            @Nullable String http,
            @Nullable String https,
            List<NodeRecord> nodes) {}

    /**
     * A page of the nodes that are alive.
     *
     * @param cursor where the next page begins; null when there is none
     */
    public record Nodes(List<NodeRecord> nodes, @Nullable String cursor) {}

    /**
     * An app.
     *
     * @param url its own address
     * @param production the revision behind that address; null when there is none
     * @param split how requests to that address are divided; left out when production gets all
     * @param latest the newest revision
     * @param state of the newest revision; null when there is none
     * @param deployedAt when the newest revision was made; null when there is none
     */
    public record App(
            String name,
            String tenant,
            String url,
            @Nullable String production,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Split split,
            @Nullable String latest,
            RevisionRecord.@Nullable State state,
            @Nullable Instant deployedAt,
            Instant createdAt) {
        static App of(
                io.echelon.tenants.AppRecord record,
                Optional<RouteRecord> route,
                Optional<RevisionRecord> latest,
                Addresses addresses) {
            return new App(
                    record.app().value(),
                    record.tenant().value(),
                    addresses.production(record.tenant(), record.app()),
                    route.map(to -> to.target().label()).orElse(null),
                    route.map(Split::of).orElse(null),
                    record.latest() == 0 ? null : "v" + record.latest(),
                    latest.map(RevisionRecord::state).orElse(null),
                    latest.map(RevisionRecord::createdAt).orElse(null),
                    record.createdAt());
        }
    }

    /**
     * How requests to an app's address are divided.
     *
     * @param shares of the production revision first; 100 per cent together
     * @param sticky what callers are known by: {@code none}, {@code cookie} or {@code header:NAME}
     */
    public record Split(List<Share> shares, String sticky) {
        /** The split of a route; null when its production revision gets all. */
        static @Nullable Split of(RouteRecord route) {
            TrafficSplit split = route.split();
            if (split == null) {
                return null;
            }
            List<Share> shares = new ArrayList<>();
            shares.add(new Share(route.target().label(), split.rest()));
            split.shares()
                    .forEach(
                            share ->
                                    shares.add(new Share("v" + share.revision(), share.percent())));
            return new Split(shares, split.sticky().text());
        }
    }

    /**
     * What a revision gets of the requests to its app's address.
     *
     * @param percent 1 to 99
     */
    public record Share(String revision, int percent) {}

    /**
     * A page of apps.
     *
     * @param cursor where the next page begins; null when there is none
     */
    public record Apps(List<App> apps, @Nullable String cursor) {}

    /**
     * A revision.
     *
     * @param url the app's own address
     * @param previewUrl the address of this revision alone
     * @param detail why it failed, or null
     * @param bytes size of its files
     * @param files number of its files
     * @param note what made it, when that was not a deployment; or null
     */
    public record Revision(
            String app,
            String tenant,
            String revision,
            RevisionRecord.State state,
            Instant createdAt,
            String url,
            String previewUrl,
            @Nullable String detail,
            long bytes,
            int files,
            @Nullable String note) {
        static Revision of(RevisionRecord record, Addresses addresses) {
            return new Revision(
                    record.id().app().value(),
                    record.id().tenant().value(),
                    record.id().label(),
                    record.state(),
                    record.createdAt(),
                    addresses.production(record.id().tenant(), record.id().app()),
                    addresses.revision(record.id()),
                    record.detail(),
                    record.bytes(),
                    record.files(),
                    record.note());
        }
    }

    /**
     * How a revision is run, as its manifest says; the values of variables are not in it.
     *
     * @param main path of its entry
     */
    public record Manifest(
            String main,
            List<BundleFile> files,
            Isolation isolation,
            int warm,
            FunctionLimits limits,
            Permissions permissions,
            List<CronSpec> crons) {
        static Manifest of(io.echelon.tenants.Manifest manifest) {
            return new Manifest(
                    manifest.main(),
                    manifest.files(),
                    manifest.isolation(),
                    manifest.warm(),
                    manifest.limits(),
                    manifest.permissions(),
                    manifest.crons());
        }
    }

    /**
     * A page of revisions, newest first.
     *
     * @param cursor where the next page begins; null when there is none
     */
    public record Revisions(List<Revision> revisions, @Nullable String cursor) {}

    /** Hashes that are asked about. */
    public record Hashes(List<String> sha256) {}

    /** Those of the hashes whose blobs have to be uploaded. */
    public record Missing(List<String> missing) {}

    /**
     * The revision to promote.
     *
     * @param percent how many of a hundred requests it gets, 0 to 100, of which 0 takes it out of
     *     the split; null is all of them
     * @param sticky what callers are known by in a split: {@code none}, {@code cookie} or {@code
     *     header:NAME}; null leaves it as it is, at first {@code none}
     */
    public record Promotion(String revision, @Nullable Integer percent, @Nullable String sticky) {}

    /**
     * A route that moved.
     *
     * @param from the production revision until then; null when there was none
     * @param to the revision that was promoted, or is gone back to
     * @param before how requests were divided; left out when they were not
     * @param split how they are divided now; left out when they are not
     */
    public record Switch(
            @Nullable String from,
            String to,
            String url,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Split before,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Split split) {}

    /**
     * Event {@code node} of a deployment: how far a node is.
     *
     * @param state of {@link ReadinessRecord.State} up to READY, or {@link #AWAY}
     */
    public record NodeProgress(String node, String state, long elapsedMs, @Nullable String detail) {
        /** The state of a node that is not alive. */
        static final String AWAY = "AWAY";

        static NodeProgress of(ReadinessRecord report) {
            ReadinessRecord.State state =
                    report.state().isReady() ? ReadinessRecord.State.READY : report.state();
            return new NodeProgress(
                    report.node(), state.name(), report.elapsedMs(), report.detail());
        }

        static NodeProgress away(String node) {
            return new NodeProgress(
                    node, AWAY, 0, "it is not alive, and gets the revision when it is back");
        }
    }

    /**
     * Event {@code done} of a deployment.
     *
     * @param away nodes that were not alive, which get the revision when they are back; left out
     *     when there are none
     */
    public record Done(
            String app,
            String revision,
            String url,
            String previewUrl,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> away) {}

    /** Event {@code failed} of a deployment. */
    public record Failed(String code, String message) {}
}
