package io.github.camelroboflow.inference.support;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a secret from its own file, as containers mount it. */
public final class SecretFile {

    private static final int MAX_SIZE = 64 * 1024;

    private SecretFile() {
    }

    /**
     * Returns the content of the file without leading and trailing spaces and line ends.
     *
     * @param option the name of the option with the file
     * @throws IllegalArgumentException if the file can't be read or is empty
     */
    public static String read(String option, String file) {
        String secret = text(option, file).replaceFirst("^\uFEFF", "").strip();
        if (secret.isEmpty()) {
            throw new IllegalArgumentException(option + "=" + file
                    + " is empty: write the secret into it, or leave the option out");
        }
        return secret;
    }

    private static String text(String option, String file) {
        try (InputStream input = Files.newInputStream(Path.of(file.strip()))) {
            byte[] bytes = input.readNBytes(MAX_SIZE + 1);
            if (bytes.length > MAX_SIZE) {
                throw new IllegalArgumentException(option + "=" + file + " is too large for a secret: it has more than " + MAX_SIZE
                        + " bytes");
            }
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException(option + "=" + file + " can't be read: " + reason(e), e);
        }
    }

    private static String reason(Exception e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (e instanceof AccessDeniedException) {
            return "let this program's user read it";
        }
        return e instanceof CharacterCodingException ? "save it as UTF-8 text" : "check that it is a file";
    }
}
