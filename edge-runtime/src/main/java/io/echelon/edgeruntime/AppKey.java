package io.echelon.edgeruntime;

import io.echelon.tenants.AppName;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;

/** An app of a tenant, as a key. */
record AppKey(TenantName tenant, AppName app) {
    /** The app of a revision. */
    static AppKey of(RevisionId revision) {
        return new AppKey(revision.tenant(), revision.app());
    }
}
