package io.echelon.controlplane.console;

import io.echelon.tenants.Right;
import org.jspecify.annotations.Nullable;

/** The places that a page can belong to, in the order of the navigation. */
enum Section {
    APPS("Apps", "apps", Scope.TENANT, "", Right.APPS_READ),
    DEPLOY("Deploy", "deploy", Scope.TENANT, "/deploy", Right.APPS_DEPLOY),
    DATABASES("Databases", "data", Scope.TENANT, "/databases", Right.KV_READ),
    USAGE("Usage", "usage", Scope.TENANT, "/usage", Right.USAGE_READ),
    MEMBERS("Members", "members", Scope.TENANT, "/members", Right.MEMBERS_READ),
    TOKENS("Tokens", "key", Scope.TENANT, "/tokens", Right.TOKENS_WRITE),
    AUDIT("Audit", "audit", Scope.TENANT, "/audit", Right.AUDIT_READ),
    TENANTS("Tenants", "members", Scope.PLATFORM, "/tenants", Right.PLATFORM_OPERATE),
    ALL_AUDITS("All audits", "audit", Scope.PLATFORM, "/audit", Right.PLATFORM_OPERATE),
    NODES("Nodes", "nodes", Scope.PLATFORM, "/nodes", Right.PLATFORM_OPERATE),
    APP("Overview", "", Scope.APP, "", Right.APPS_READ),
    LOGS("Logs", "", Scope.APP, "/logs", Right.LOGS_READ),
    TRACES("Traces", "", Scope.APP, "/traces", Right.LOGS_READ),
    TRY("Try it", "", Scope.APP, "/try", Right.APPS_READ),
    KV("KV", "", Scope.DATABASE, "", Right.KV_READ),
    QUEUE("Queue", "", Scope.DATABASE, "/queue", Right.KV_READ),
    CRONS("Crons", "", Scope.APP, "/crons", Right.APPS_READ),
    PLAYGROUND("Playground", "", Scope.APP, "/playground", Right.APPS_DEPLOY),
    DOMAINS("Domains", "", Scope.APP, "/domains", Right.DOMAINS_READ),
    SETTINGS("Settings", "", Scope.APP, "/settings", Right.ENV_READ);

    /** Whose places there are. */
    enum Scope {
        PLATFORM,
        TENANT,
        APP,
        /** Of the database that is called as the app. */
        DATABASE;

        boolean isOfApp() {
            return this == APP || this == DATABASE;
        }
    }

    private final String label;
    private final String icon;
    private final Scope scope;
    private final String path;
    private final Right right;

    Section(String label, String icon, Scope scope, String path, Right right) {
        this.label = label;
        this.icon = icon;
        this.scope = scope;
        this.path = path;
        this.right = right;
    }

    Scope scope() {
        return scope;
    }

    /** The right that its page needs. */
    Right right() {
        return right;
    }

    /** As a place to go, for who is at another section or this one. */
    Frame.Place place(@Nullable String tenant, @Nullable String app, Section current) {
        String base =
                switch (scope) {
                    case PLATFORM -> "";
                    case TENANT -> "/tenants/" + tenant;
                    case APP -> "/tenants/" + tenant + "/apps/" + app;
                    case DATABASE -> "/tenants/" + tenant + "/databases/" + app;
                };
        boolean isHere = this == current || (this == APPS && current.scope.isOfApp());
        return new Frame.Place(label, base + path, icon, isHere ? "page" : "");
    }
}
