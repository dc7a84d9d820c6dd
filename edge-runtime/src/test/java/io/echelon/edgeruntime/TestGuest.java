package io.echelon.edgeruntime;

import io.echelon.isolatepool.GuestIdentity;
import io.echelon.tenants.RevisionId;
import java.util.Optional;

/** A guest that serves one request, or none. */
record TestGuest(RevisionId revision, Optional<String> requestId) implements GuestIdentity {}
