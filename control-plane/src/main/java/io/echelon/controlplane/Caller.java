package io.echelon.controlplane;

import io.echelon.tenants.AccessTokenRecord;
import io.echelon.tenants.AppName;
import io.echelon.tenants.MemberName;
import io.echelon.tenants.Right;
import io.echelon.tenants.Role;
import io.echelon.tenants.TenantName;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who sent a request, once its token was recognized. */
sealed interface Caller {

    /** Who has the owner token: may do everything in every tenant. */
    record Operator() implements Caller {
        @Override
        public Set<Right> rights() {
            return Role.OPERATOR.rights();
        }

        @Override
        public String actor() {
            return "operator";
        }
    }

    /**
     * A member of a tenant, as what it is at this moment.
     *
     * @param token with which it signed in
     */
    record Member(TenantName tenant, MemberName name, Role role, AccessTokenRecord token)
            implements Caller {
        @Override
        public Set<Right> rights() {
            return role.rights();
        }

        @Override
        public String actor() {
            return "member " + name;
        }
    }

    /** A program with a token of its own. */
    record Service(AccessTokenRecord token) implements Caller {
        @Override
        public Set<Right> rights() {
            return Set.copyOf(token.rights());
        }

        @Override
        public String actor() {
            return "service " + token.id();
        }
    }

    /** What the caller may do, within what it can see. */
    Set<Right> rights();

    /** The caller as the audit names it. */
    String actor();

    /** The only tenant that the caller can see; null is all of them. */
    default @Nullable TenantName onlyTenant() {
        return switch (this) {
            case Operator _ -> null;
            case Member member -> member.tenant();
            case Service service -> service.token().tenant();
        };
    }

    /** The only app that the caller can see; null is all of the tenant. */
    default @Nullable AppName onlyApp() {
        return this instanceof Service service ? service.token().app() : null;
    }
}
