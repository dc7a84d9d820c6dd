package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.MailAddress;
import io.echelon.tenants.MailOwner;
import io.echelon.tenants.MemberRecord;
import io.echelon.tenants.ProviderAccount;
import io.echelon.tenants.SystemRows;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The members that addresses of mail invite, and which accounts have come by them. */
@Singleton
final class Invitations {
    private final SystemDatabase database;

    Invitations(SystemDatabase database) {
        this.database = database;
    }

    /** The members, in whatever tenants, that an address invites. */
    List<MemberRecord> of(MailAddress mail) {
        List<List<Object>> rows =
                database.all(SystemRows.membersByMail(mail), MailOwner.class).stream()
                        .map(Row::value)
                        .map(owner -> SystemRows.member(owner.tenant(), owner.member()))
                        .toList();
        return database.getAll(rows, MemberRecord.class).stream()
                .flatMap(Optional::stream)
                .map(Row::value)
                .filter(member -> mail.equals(member.mail()))
                .toList();
    }

    /** Whether an account may sign in as a member: as one that no other account has come for. */
    static boolean isFor(MemberRecord member, ProviderAccount account) {
        return member.account() == null || member.account().equals(account);
    }

    /** Whether a member, as it was read, is an account's from now on, and no other's. */
    boolean bind(MemberRecord member, ProviderAccount account) {
        List<Object> row = SystemRows.member(member.tenant(), member.name());
        return Conflicts.retry(
                "Signing in",
                () -> {
                    Optional<Row<MemberRecord>> now = database.get(row, MemberRecord.class);
                    if (now.isEmpty()
                            || !Objects.equals(now.get().value().mail(), member.mail())
                            || !isFor(now.get().value(), account)) {
                        return Optional.of(false);
                    }
                    KvKey key = KvKey.of(row);
                    MemberRecord bound = now.get().value().boundTo(account);
                    return database.commit(
                                    AtomicWrite.builder()
                                            .check(key, now.get().stamp())
                                            .set(key, SystemDatabase.value(bound)))
                            ? Optional.of(true)
                            : Optional.empty();
                });
    }
}
