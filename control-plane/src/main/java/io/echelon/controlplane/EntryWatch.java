package io.echelon.controlplane;

import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.KvWatcher;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.EchelonException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What keys hold, as events. Who reads slowly is told the last state and not each one; an answer
 * ends after a while, so that rights which were taken away end too, and callers ask again.
 */
@Singleton
final class EntryWatch {
    /** How long one answer lasts. */
    static final Duration LONGEST = Duration.ofMinutes(5);

    /** Between two comments that keep the connection alive. */
    private static final Duration PULSE = Duration.ofSeconds(15);

    private final KvService kv;

    EntryWatch(KvService kv) {
        this.kv = kv;
    }

    Multi<OutboundSseEvent> of(DatabaseRef ref, List<KvKey> keys, Sse sse) {
        Multi<OutboundSseEvent> pulses =
                Multi.createFrom()
                        .ticks()
                        .every(PULSE)
                        .onOverflow()
                        .drop()
                        .map(_ -> sse.newEventBuilder().comment("waiting").build());
        Multi<OutboundSseEvent> events =
                Multi.createFrom()
                        .emitter(
                                emitter -> watch(ref, keys, sse, emitter),
                                BackPressureStrategy.LATEST);
        return Multi.createBy()
                .merging()
                .streams(events, pulses)
                .select()
                .first(LONGEST)
                .onFailure(EchelonException.class)
                .recoverWithCompletion();
    }

    private void watch(
            DatabaseRef ref,
            List<KvKey> keys,
            Sse sse,
            MultiEmitter<? super OutboundSseEvent> emitter) {
        KvSubscription subscription =
                kv.watch(
                        ref,
                        keys,
                        new KvWatcher() {
                            @Override
                            public void changed(List<Optional<KvEntry>> entries) {
                                emitter.emit(
                                        sse.newEventBuilder()
                                                .name("entries")
                                                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                                                .data(watched(keys, entries))
                                                .build());
                            }

                            @Override
                            public void failed(EchelonException reason) {
                                emitter.fail(reason);
                            }
                        });
        emitter.onTermination(subscription::close);
    }

    private static DatabaseViews.Watched watched(
            List<KvKey> keys, List<Optional<KvEntry>> entries) {
        List<DatabaseViews.Seen> seen = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            seen.add(
                    new DatabaseViews.Seen(
                            KvKeyJson.write(keys.get(i)),
                            entries.get(i).map(DatabaseViews.Entry::of).orElse(null)));
        }
        return new DatabaseViews.Watched(seen);
    }
}
