package io.echelon.controlplane.console;

import io.echelon.controlplane.AppsResource;
import io.echelon.controlplane.IdentityViews;
import io.echelon.controlplane.TenantsResource;
import io.echelon.controlplane.WhoamiResource;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Right;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Makes what pages have around them, for who asked for them; calls block. */
@Singleton
final class Frames {
    private static final String TENANTS_MAX = "1000";

    private final WhoamiResource whoami;
    private final TenantsResource tenants;
    private final AppsResource apps;

    Frames(WhoamiResource whoami, TenantsResource tenants, AppsResource apps) {
        this.apps = apps;
        this.whoami = whoami;
        this.tenants = tenants;
    }

    /** For a page of the platform. */
    Frame platform(RoutingContext context, Section section) {
        return frame(context, section, section.place(null, null, section).label(), null, null);
    }

    /** For a page of a tenant. */
    Frame tenant(RoutingContext context, Section section, String tenant) {
        String title = section.place(tenant, null, section).label();
        return frame(context, section, title + " · " + tenant, tenant, null);
    }

    /** For a page of an app. */
    Frame app(RoutingContext context, Section section, String tenant, String app) {
        String label = section.place(tenant, app, section).label();
        String title = section == Section.APP ? app : app + " " + label.toLowerCase(Locale.ROOT);
        return frame(context, section, title + " · " + tenant, tenant, app);
    }

    /** For a page of a database: of the app that is called the same, if there is one. */
    Frame database(RoutingContext context, Section section, String tenant, String database) {
        if (isApp(context, tenant, database)) {
            return app(context, section, tenant, database);
        }
        Frame frame = tenant(context, Section.DATABASES, tenant);
        return frame.titled(database + " · " + tenant);
    }

    private boolean isApp(RoutingContext context, String tenant, String name) {
        if (!whoami.whoami(context).rights().contains(Right.APPS_READ)) {
            return false;
        }
        try {
            return apps.get(tenant, name) != null;
        } catch (EchelonException e) {
            if (e.code() == ErrorCode.NOT_FOUND || e.code() == ErrorCode.INVALID_ARGUMENT) {
                return false;
            }
            throw e;
        }
    }

    private Frame frame(
            RoutingContext context,
            Section section,
            String title,
            @Nullable String tenant,
            @Nullable String app) {
        IdentityViews.Whoami user = whoami.whoami(context);
        List<String> names =
                tenants.list(context, TENANTS_MAX, null).tenants().stream()
                        .map(IdentityViews.Tenant::name)
                        .toList();
        String shown = tenant == null ? names.getFirst() : tenant;
        return new Frame(
                title,
                user,
                shown,
                names,
                app,
                places(user, section, shown, null),
                app == null ? List.of() : places(user, section, shown, app));
    }

    private static List<Frame.Place> places(
            IdentityViews.Whoami user, Section here, String tenant, @Nullable String app) {
        return Arrays.stream(Section.values())
                .filter(section -> section.scope().isOfApp() == (app != null))
                .filter(section -> user.rights().contains(section.right()))
                .filter(section -> user.app() == null || app != null)
                .map(section -> section.place(tenant, app, here))
                .toList();
    }
}
