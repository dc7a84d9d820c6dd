package io.echelon.controlplane.console;

import io.echelon.controlplane.AppsResource;
import io.echelon.controlplane.RevisionsResource;
import jakarta.inject.Singleton;
import java.util.Map;

/** An app and its newest revisions, for pages on which one of them is chosen. */
@Singleton
final class RevisionChoice {
    private static final String REVISIONS = "50";

    private final AppsResource apps;
    private final RevisionsResource revisions;

    RevisionChoice(AppsResource apps, RevisionsResource revisions) {
        this.apps = apps;
        this.revisions = revisions;
    }

    /** What a page is rendered with: {@code app} and {@code revisions}. */
    Map<String, Object> of(String tenant, String app) {
        return Map.of(
                "app", apps.get(tenant, app).getEntity(),
                "revisions", revisions.list(tenant, app, REVISIONS, null).revisions());
    }
}
