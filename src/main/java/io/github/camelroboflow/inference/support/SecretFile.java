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

/** A secret in a file of its own, as containers mount them. */
public final class SecretFile {

    private static final int LONGEST = 64 * 1024;

    private SecretFile() {
    }

    /**
     * Reads what the file holds, without spaces and line ends around it.
     *
     * @param option that names the file
     * @throws IllegalArgumentException if it can't be read or holds nothing
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
            byte[] bytes = input.readNBytes(LONGEST + 1);
            if (bytes.length > LONGEST) {
                throw new IllegalArgumentException(option + "=" + file + " is no file with a secret: it has more than " + LONGEST
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
            return "this program's user may not read it";
        }
        return e instanceof CharacterCodingException ? "it is no text in UTF-8" : "is it a file?";
    }
}
