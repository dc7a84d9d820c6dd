package io.echelon.controlplane.console;

import io.echelon.controlplane.IdentityViews;
import io.echelon.tenants.Right;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What every page has around it.
 *
 * @param title of the page, as text
 * @param user who looks at it
 * @param tenant whose things are shown; null for pages of the platform
 * @param tenants those that the user may change to
 * @param app whose things are shown; null for pages of the tenant
 * @param navigation the places of the tenant and the platform
 * @param tabs the places of the app
 */
public record Frame(
        String title,
        IdentityViews.Whoami user,
        @Nullable String tenant,
        List<String> tenants,
        @Nullable String app,
        List<Place> navigation,
        List<Place> tabs) {

    /**
     * Somewhere to go.
     *
     * @param icon name of a symbol in {@code icons.svg}
     * @param current {@code page} when it is where the user is, else empty
     */
    public record Place(String label, String href, String icon, String current) {}

    /** The same around a page of another title. */
    Frame titled(String other) {
        return new Frame(other, user, tenant, tenants, app, navigation, tabs);
    }

    /** Whether the user has a right, by its name in the API. */
    public boolean may(String right) {
        return user.rights().contains(Right.of(right));
    }

    /** The user in a few words. */
    public String who() {
        String name = user.name();
        return name == null ? user.kind() : name;
    }

    /** What the user is, in a few words. */
    public String role() {
        return user.role() == null ? "service token" : user.role().wireName();
    }

    /** Where the tenant's things are in the API. */
    public String api() {
        return "/api/v1/tenants/" + tenant;
    }

    /** Where the tenant's pages are. */
    public String home() {
        return "/tenants/" + tenant;
    }
}
