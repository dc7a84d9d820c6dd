package io.echelon.edgeruntime;

import io.echelon.isolatepool.Call;
import io.echelon.isolatepool.CallReport;
import io.echelon.isolatepool.EventHandler;
import io.echelon.isolatepool.FunctionEvent;
import io.echelon.kvstore.QueueMessage;
import io.echelon.kvstore.QueueReceipt;
import io.echelon.kvstore.QueueSettlement;
import io.echelon.tenants.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Messages on their way to one call of a handler. Belongs to its consumer's thread; only {@link
 * #ended} comes from another.
 */
final class QueueDelivery {
    /** After which a message that nobody could take is due again. */
    static final Duration PUT_OFF = Duration.ofSeconds(1);

    private static final int DELAY_MAX_SECONDS = 30 * 24 * 3_600;

    private final QueueConsumer.Taker taker;
    private final String requestId;
    private final List<QueueMessage> messages;
    private final List<QueueReceipt> receipts = new ArrayList<>();
    private @Nullable Call call;
    private volatile @Nullable End end;

    private record End(CallReport report, @Nullable String answer) {}

    QueueDelivery(QueueConsumer.Taker taker, String requestId, List<QueueMessage> messages) {
        this.taker = taker;
        this.requestId = requestId;
        this.messages = messages;
        messages.forEach(message -> receipts.add(message.receipt()));
    }

    QueueConsumer.Taker taker() {
        return taker;
    }

    String requestId() {
        return requestId;
    }

    List<QueueMessage> messages() {
        return messages;
    }

    /** What the handler is told. */
    FunctionEvent event(EventHandler handler, String queue) {
        List<Object> values = new ArrayList<>();
        values.add(queue);
        for (QueueMessage message : messages) {
            values.add(message.receipt().messageId());
            values.add((double) message.sent().toEpochMilli());
            values.add(message.attempts());
            values.add(message.payload().data());
        }
        return new FunctionEvent(requestId, handler.kind(), handler.name(), List.copyOf(values));
    }

    void begun(Call begun) {
        call = begun;
    }

    void cancel() {
        Call begun = call;
        if (begun != null) {
            begun.cancel();
        }
    }

    void ended(CallReport report, @Nullable String answer) {
        end = new End(report, answer);
    }

    /** What keeps the messages from others for some time more. */
    List<QueueSettlement> extension(Duration lease) {
        List<QueueSettlement> all = new ArrayList<>();
        receipts.forEach(receipt -> all.add(new QueueSettlement.Extend(receipt, lease)));
        return all;
    }

    /** Takes the receipts that an extension gave; one that was not held stays void. */
    void extended(List<Optional<QueueReceipt>> extended) {
        for (int i = 0; i < receipts.size(); i++) {
            receipts.set(i, extended.get(i).orElse(receipts.get(i)));
        }
    }

    /** What becomes of the messages, by how the call ended. */
    List<QueueSettlement> settlements() {
        End ended = end;
        if (ended == null) {
            throw new IllegalStateException("The call is under way");
        }
        String answer = ended.answer();
        String[] decisions = answer == null ? new String[0] : answer.split(",", -1);
        List<QueueSettlement> all = new ArrayList<>();
        for (int i = 0; i < receipts.size(); i++) {
            String decision = i < decisions.length ? decisions[i] : "-";
            all.add(settlement(receipts.get(i), ended.report().outcome(), decision));
        }
        return all;
    }

    private static QueueSettlement settlement(
            QueueReceipt receipt, Outcome outcome, String decision) {
        if (decision.equals("a")) {
            return new QueueSettlement.Ack(receipt);
        }
        if (decision.startsWith("r")) {
            return new QueueSettlement.Retry(receipt, delay(decision.substring(1)));
        }
        return switch (outcome) {
            case OK -> new QueueSettlement.Ack(receipt);
            case NOT_FOUND, OVERLOADED, OVER_QUOTA, CANCELED ->
                    new QueueSettlement.Release(receipt, PUT_OFF);
            case EXCEPTION,
                    EXCEEDED_CPU,
                    EXCEEDED_MEMORY,
                    EXCEEDED_WALL_TIME,
                    STARTUP_FAILED,
                    HUNG,
                    INTERNAL ->
                    new QueueSettlement.Retry(receipt, null);
        };
    }

    private static @Nullable Duration delay(String seconds) {
        if (seconds.isEmpty()) {
            return null;
        }
        try {
            return Duration.ofSeconds(Math.clamp(Long.parseLong(seconds), 0, DELAY_MAX_SECONDS));
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
