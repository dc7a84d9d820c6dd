package io.echelon.controlplane;

import com.google.common.collect.Sets;
import io.echelon.tenants.AccessTokenRecord;
import io.echelon.tenants.AppName;
import io.echelon.tenants.MemberName;
import io.echelon.tenants.Right;
import io.echelon.tenants.Role;
import io.echelon.tenants.TenantName;
import java.time.Instant;
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
     * @param expiresAt when it has to sign in anew; null is never
     */
    record Member(TenantName tenant, MemberName name, Role role, @Nullable Instant expiresAt)
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

    /**
     * Who shows a short-lived token that one of the others got.
     *
     * @param scope what it may do at most
     * @param app the only one that it sees; null is all that the other one sees
     */
    record Bearer(Caller whose, Set<Right> scope, @Nullable AppName app, Instant expiresAt)
            implements Caller {
        @Override
        public Set<Right> rights() {
            return Sets.intersection(whose.rights(), scope).immutableCopy();
        }

        @Override
        public String actor() {
            return whose.actor();
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
            case Bearer bearer -> bearer.whose().onlyTenant();
        };
    }

    /** The only app that the caller can see; null is all of the tenant. */
    default @Nullable AppName onlyApp() {
        return switch (this) {
            case Operator _, Member _ -> null;
            case Service service -> service.token().app();
            case Bearer bearer -> bearer.app();
        };
    }
}
