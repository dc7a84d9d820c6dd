package io.echelon.deploycli;

import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Says in a user's words what went wrong with a file. */
final class FileErrors {
    private FileErrors() {}

    static String describe(Exception e) {
        return switch (e) {
            case UncheckedIOException io when io.getCause() != null -> describe(io.getCause());
            case NoSuchFileException missing -> missing.getFile() + " does not exist";
            case AccessDeniedException denied -> denied.getFile() + " may not be read or written";
            case FileAlreadyExistsException exists -> exists.getFile() + " exists already";
            case NotDirectoryException file -> file.getFile() + " is not a folder";
            case ConnectException refused -> "nothing listens there";
            case FileSystemLoopException loop -> loop.getFile() + " is a symbolic link to itself";
            case FileSystemException other ->
                    other.getFile()
                            + ": "
                            + (other.getReason() == null ? "failed" : other.getReason());
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }
}
