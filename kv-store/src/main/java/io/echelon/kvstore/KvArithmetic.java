package io.echelon.kvstore;

import java.math.BigInteger;
import java.util.Optional;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/** What sum, min and max make of a stored value. Every engine calls this, so that all agree. */
public final class KvArithmetic {
    private static final BigInteger U64_END = BigInteger.TWO.pow(64);

    private KvArithmetic() {}

    /**
     * The value after a sum.
     *
     * @throws io.echelon.tenants.EchelonException INVALID_ARGUMENT when the kinds do not match, or
     *     the result lies outside its bounds
     */
    public static KvValue sum(Optional<KvValue> stored, Mutation.Sum sum) {
        Object operand = number(sum.operand(), "The operand of a sum");
        Object min = bound(sum.min(), operand, "least");
        Object max = bound(sum.max(), operand, "greatest");
        if (stored.isEmpty()) {
            return value(operand);
        }
        Object current = number(stored.get(), "The value under " + sum.key());
        return add(sum, current, alike(current, operand, min, max), min, max);
    }

    /** A bigint operand becomes a 64-bit integer when one is stored, as older clients expect. */
    private static Object alike(
            Object current, Object operand, @Nullable Object min, @Nullable Object max) {
        return current instanceof Unsigned
                        && operand instanceof BigInteger big
                        && min == null
                        && max == null
                        && big.signum() >= 0
                        && big.compareTo(U64_END) < 0
                ? new Unsigned(big.longValue())
                : operand;
    }

    private static KvValue add(
            Mutation.Sum sum,
            Object current,
            Object operand,
            @Nullable Object min,
            @Nullable Object max) {
        return switch (current) {
            case Unsigned(long a) when operand instanceof Unsigned(long b) -> {
                if (min != null || max != null) {
                    throw Refusals.invalid("A sum of 64-bit integers cannot have bounds");
                }
                yield new KvValue.U64(a + b);
            }
            case Double a when operand instanceof Double b ->
                    V8Numbers.write(within(sum, a + b, (Double) min, (Double) max));
            case BigInteger a when operand instanceof BigInteger b ->
                    V8Numbers.write(within(sum, a.add(b), (BigInteger) min, (BigInteger) max));
            default ->
                    throw Refusals.invalid(
                            "Cannot sum %s with %s under %s"
                                    .formatted(kind(current), kind(operand), sum.key()));
        };
    }

    /** The lesser of the stored 64-bit integer and the operand. */
    public static KvValue min(Optional<KvValue> stored, Mutation.Min min) {
        return combine(
                stored,
                min,
                min.operand(),
                "min",
                (a, b) -> Long.compareUnsigned(a, b) <= 0 ? a : b);
    }

    /** The greater of the stored 64-bit integer and the operand. */
    public static KvValue max(Optional<KvValue> stored, Mutation.Max max) {
        return combine(
                stored,
                max,
                max.operand(),
                "max",
                (a, b) -> Long.compareUnsigned(a, b) >= 0 ? a : b);
    }

    /** An unsigned 64-bit integer, to tell it from JavaScript's kinds. */
    private record Unsigned(long value) {}

    private static KvValue combine(
            Optional<KvValue> stored,
            Mutation mutation,
            KvValue.U64 operand,
            String name,
            LongBinaryOperator operator) {
        if (stored.isEmpty()) {
            return operand;
        }
        if (stored.get() instanceof KvValue.U64(long current)) {
            return new KvValue.U64(operator.applyAsLong(current, operand.value()));
        }
        throw Refusals.invalid(
                "Failed to perform '%s' mutation on a non-U64 value in the database, under %s"
                        .formatted(name, mutation.key()));
    }

    private static Object number(KvValue value, String what) {
        return switch (value) {
            case KvValue.U64(long number) -> new Unsigned(number);
            case KvValue.V8 v8 ->
                    V8Numbers.read(v8.data())
                            .orElseThrow(
                                    () ->
                                            Refusals.invalid(
                                                    what + " is neither a number nor a bigint"));
            case KvValue.Bytes _ -> throw Refusals.invalid(what + " is bytes, not a number");
        };
    }

    private static @Nullable Object bound(KvValue.@Nullable V8 bound, Object operand, String what) {
        if (bound == null) {
            return null;
        }
        Object number = number(bound, "The " + what + " result of a sum");
        if (number.getClass() != operand.getClass()) {
            throw Refusals.invalid(
                    "The %s result of a sum is %s, its operand %s; they must be of one kind"
                            .formatted(what, kind(number), kind(operand)));
        }
        return number;
    }

    private static <N extends Comparable<N>> N within(
            Mutation.Sum sum, N result, @Nullable N min, @Nullable N max) {
        N bounded = result;
        if (min != null && bounded.compareTo(min) < 0) {
            bounded = min;
        }
        if (max != null && bounded.compareTo(max) > 0) {
            bounded = max;
        }
        if (!bounded.equals(result) && sum.outOfRange() == Mutation.OutOfRange.REFUSE) {
            throw Refusals.invalid(
                    "The result of a sum under %s, %s, lies outside its bounds"
                            .formatted(sum.key(), result));
        }
        return bounded;
    }

    private static KvValue value(Object number) {
        return switch (number) {
            case Unsigned(long value) -> new KvValue.U64(value);
            case Double value -> V8Numbers.write(value);
            case BigInteger value -> V8Numbers.write(value);
            default -> throw new IllegalStateException("No kind of number: " + number.getClass());
        };
    }

    private static String kind(Object number) {
        return switch (number) {
            case Unsigned _ -> "a KvU64";
            case BigInteger _ -> "a bigint";
            default -> "a number";
        };
    }
}
