package io.echelon.controlplane.console;

import io.echelon.controlplane.IdentityViews;
import io.echelon.controlplane.TenantsResource;
import io.echelon.controlplane.WhoamiResource;
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

    Frames(WhoamiResource whoami, TenantsResource tenants) {
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
                .filter(section -> (section.scope() == Section.Scope.APP) == (app != null))
                .filter(section -> user.rights().contains(section.right()))
                .filter(section -> user.app() == null || app != null)
                .map(section -> section.place(tenant, app, here))
                .toList();
    }
}
