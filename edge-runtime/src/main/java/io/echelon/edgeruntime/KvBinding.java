package io.echelon.edgeruntime;

import io.echelon.isolatepool.GuestIdentity;
import io.echelon.isolatepool.HostBinding;
import io.echelon.isolatepool.HostSession;
import io.echelon.kvstore.KvStore;
import io.echelon.tenants.Permissions;
import io.echelon.tenants.RevisionId;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * What {@code Deno.openKv} reaches: the databases of the function's tenant. The platform's {@code
 * HOST.md} lists its operations.
 */
final class KvBinding implements HostBinding {
    private final Services services;
    private final Access access;
    private final Function<RevisionId, UsageMeter> usage;

    /** What all functions of a node share. */
    record Services(
            KvStore store,
            Clock clock,
            HostMemory memory,
            AtomicInteger watches,
            TenantGates gates,
            DatabaseRegister register,
            Traces traces) {
        Services(
                KvStore store,
                Clock clock,
                TenantGates gates,
                DatabaseRegister register,
                Traces traces) {
            this(
                    store,
                    clock,
                    HostMemory.ofDatabases(),
                    new AtomicInteger(),
                    gates,
                    register,
                    traces);
        }
    }

    /** What {@code permissions.kv} says. */
    enum Access {
        GRANTED,
        REFUSED;

        static Access of(Permissions permissions) {
            return permissions.kv() ? GRANTED : REFUSED;
        }
    }

    /**
     * @param usage where the operations of a revision are counted
     */
    KvBinding(Services services, Access access, Function<RevisionId, UsageMeter> usage) {
        this.services = services;
        this.access = access;
        this.usage = usage;
    }

    @Override
    public String name() {
        return "kv";
    }

    @Override
    public HostSession open(GuestIdentity guest) {
        RevisionId revision = guest.revision();
        return new KvSession(
                services,
                access,
                revision,
                usage.apply(revision),
                new GuestTraces(services.traces(), guest));
    }
}
