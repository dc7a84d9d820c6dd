package io.echelon.isolatepool;

/**
 * A handler of events that a revision was found to have when it was evaluated.
 *
 * @param name tells handlers of one kind apart: a database's name, empty for the app's own; empty
 *     where a module can have only one
 * @param options what the guest asked for along with it, in the form of its kind; hostile
 */
public record EventHandler(EventKind kind, String name, String options) {
    /** Whether an event is for this handler. */
    public boolean takes(FunctionEvent event) {
        return kind == event.kind() && name.equals(event.name());
    }
}
