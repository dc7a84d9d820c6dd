package io.echelon.cron;

import io.echelon.kvstore.KeyPart;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.AppName;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;

/** Keys of the rows of crons in the database {@code system}. Values are JSON. */
final class CronRows {
    private CronRows() {}

    /** A {@link RevisionCrons}. */
    static KvKey declared(RevisionId id) {
        return KvKey.of("crons", id.tenant().value(), id.app().value(), id.number());
    }

    /** Prefix of a tenant's {@link RevisionCrons}; app and number of the revision follow. */
    static KvKey declared(TenantName tenant) {
        return KvKey.of("crons", tenant.value());
    }

    /** Whose {@link RevisionCrons} stand at a key. */
    static RevisionId declaring(TenantName tenant, KvKey key) {
        if (key.parts().get(2) instanceof KeyPart.Text(String app)
                && key.parts().get(3) instanceof KeyPart.Numeric(double number)) {
            return new RevisionId(tenant, new AppName(app), (int) number);
        }
        throw new IllegalStateException("Not a revision's crons: " + key);
    }

    /** Prefix of an app's {@link RevisionCrons}. */
    static KvKey declared(TenantName tenant, AppName app) {
        return KvKey.of("crons", tenant.value(), app.value());
    }

    /** A {@link CronState}. */
    static KvKey state(CronId id) {
        return states(id.tenant(), id.app()).child(id.name());
    }

    /** Prefix of an app's {@link CronState}s. */
    static KvKey states(TenantName tenant, AppName app) {
        return KvKey.of("cronStates", tenant.value(), app.value());
    }

    /** Prefix of all {@link CronLease}s. */
    static KvKey leases() {
        return KvKey.of("cronLeases");
    }

    /** Prefix of an app's {@link CronLease}s. */
    static KvKey leases(TenantName tenant, AppName app) {
        return KvKey.of("cronLeases", tenant.value(), app.value());
    }

    /** Prefix of a cron's {@link CronLease}s. */
    static KvKey leases(CronId id) {
        return leases(id.tenant(), id.app()).child(id.name());
    }

    /** A {@link CronLease}. */
    static KvKey lease(CronId id, String fire) {
        return leases(id).child(fire);
    }

    /** Prefix of an app's {@link CronRun}s. */
    static KvKey runs(TenantName tenant, AppName app) {
        return KvKey.of("cronRuns", tenant.value(), app.value());
    }

    /** Prefix of a cron's {@link CronRun}s, oldest first. */
    static KvKey runs(CronId id) {
        return runs(id.tenant(), id.app()).child(id.name());
    }

    /** A {@link CronRun}. */
    static KvKey run(CronId id, long number) {
        return runs(id).child(number);
    }

    /** Prefix of all {@link CronTrigger}s that nobody has taken yet. */
    static KvKey triggers() {
        return KvKey.of("cronTriggers");
    }

    /** Prefix of an app's {@link CronTrigger}s. */
    static KvKey triggers(TenantName tenant, AppName app) {
        return KvKey.of("cronTriggers", tenant.value(), app.value());
    }

    /** A {@link CronTrigger}. */
    static KvKey trigger(CronTrigger trigger) {
        CronId id = trigger.cron();
        return triggers(id.tenant(), id.app()).child(id.name(), trigger.fire());
    }

    /** A key that every pause, resumption and trigger touches, to be watched. */
    static KvKey signal() {
        return KvKey.of("cronSignal");
    }
}
