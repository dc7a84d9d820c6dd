package io.echelon.edgeruntime;

import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.util.function.Consumer;

/**
 * What reaches addresses outside, under the operator's rules.
 *
 * @param clients that speak HTTP
 * @param destinations which addresses may be reached
 */
record Outside(OutgoingClients clients, Destinations destinations) {
    /**
     * Opens it.
     *
     * @param closing takes what has to be closed in the end
     * @param live takes what follows the configuration when that changes
     */
    static Outside open(
            EdgeConfiguration configuration,
            Vertx vertx,
            Consumer<Runnable> closing,
            Consumer<Consumer<EdgeConfiguration>> live) {
        OutgoingClients clients = new OutgoingClients(vertx, null);
        closing.accept(clients::close);
        Destinations destinations =
                new Destinations(EdgeEnvironment.egress(configuration), InetAddress::getAllByName);
        live.accept(now -> destinations.set(EdgeEnvironment.egress(now)));
        closing.accept(destinations::close);
        return new Outside(clients, destinations);
    }
}
