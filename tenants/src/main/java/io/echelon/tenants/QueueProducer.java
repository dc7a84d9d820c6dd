package io.echelon.tenants;

import java.util.regex.Pattern;

/**
 * A queue to which a function sends by a name in its {@code env}.
 *
 * @param binding the name, {@code [A-Za-z_][A-Za-z0-9_]*}, at most 64 characters
 * @param queue the queue's database: {@link DatabaseRef} says what its name may be
 */
public record QueueProducer(String binding, String queue) {
    private static final Pattern BINDING = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}");

    public QueueProducer {
        if (!BINDING.matcher(binding).matches()) {
            throw new EchelonException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "A queue's binding must be a name such as ORDERS, of at most 64 letters, digits and underscores");
        }
        QueueConsumption.checkName(queue);
    }
}
