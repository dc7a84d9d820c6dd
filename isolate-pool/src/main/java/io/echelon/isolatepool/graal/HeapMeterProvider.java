package io.echelon.isolatepool.graal;

import com.oracle.truffle.api.instrumentation.TruffleInstrument;
import com.oracle.truffle.api.instrumentation.provider.TruffleInstrumentProvider;
import java.util.Collection;
import java.util.List;

/**
 * Offers {@link HeapMeter} to the engine, as the annotation processor of Truffle would; its jar
 * does not resolve.
 */
@TruffleInstrument.Registration(
        id = HeapMeter.ID,
        name = "Echelon heap meter",
        services = HeapMeter.class)
public final class HeapMeterProvider extends TruffleInstrumentProvider {
    @Override
    protected String getInstrumentClassName() {
        return HeapMeter.class.getName();
    }

    @Override
    protected Object create() {
        return new HeapMeter();
    }

    @Override
    protected Collection<String> getServicesClassNames() {
        return List.of(HeapMeter.class.getName());
    }
}
