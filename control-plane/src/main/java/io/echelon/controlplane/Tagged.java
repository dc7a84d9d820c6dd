package io.echelon.controlplane;

import java.util.function.Function;
import org.jboss.resteasy.reactive.RestResponse;

/** Something that two can edit, as it was read, and its tag. */
record Tagged<T>(T value, EntityTag tag) {
    <V> Tagged<V> as(Function<? super T, V> view) {
        return new Tagged<>(view.apply(value), tag);
    }

    RestResponse<T> answer() {
        return tag.on(value);
    }
}
