package io.github.camelroboflow.hosted.weights;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The files, texts and colors that the platform gives for one model.
 *
 * @param files the files to download
 * @param texts contents, by file name, to write beside the files; a downloaded file of the same name wins
 * @param colors the JSON of {@code #RRGGBB} by class name for an {@code environment.json} without colors; empty if
 *               there is none
 */
record ModelManifest(List<RemoteFile> files, Map<String, String> texts, String colors) {

    private static final int MAX_FILES = 32;

    /** @throws IllegalArgumentException with the reason if two files have one name, or there are too many files */
    ModelManifest {
        Set<String> names = new HashSet<>();
        for (RemoteFile file : files) {
            // some file systems ignore case
            if (!names.add(file.name().toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("it has two files " + file.name());
            }
        }
        if (files.size() > MAX_FILES) {
            throw new IllegalArgumentException("it has " + files.size() + " files, and a model has at most " + MAX_FILES);
        }
        texts = Map.copyOf(texts);
    }

    /**
     * A file of a model to download.
     *
     * @param name the name in the model's folder: a plain name, so that the file stays in that folder
     * @param address the http or https address; it may be signed and must never appear in a message
     * @param md5 the MD5 of the content in hex; empty if unknown
     */
    record RemoteFile(String name, URI address, String md5) {

        /** The maximum size of weights in bytes, which is the maximum size of a single ONNX file. */
        static final long MAX_WEIGHTS = 2L << 30;
        /** The maximum size of other files in bytes: names, settings. */
        static final long MAX_OTHER = 16L << 20;

        private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}");

        /** @throws IllegalArgumentException with the reason if the name is not plain */
        RemoteFile {
            checkName(name);
        }

        private static void checkName(String name) {
            if (!PLAIN_NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("it has a file '" + name.replaceAll("[^\\x20-\\x7e]", "?")
                        + "', whose name is not allowed");
            }
        }

        /**
         * Makes a file from the platform's texts.
         *
         * @param address the address as the platform gives it
         * @throws IllegalArgumentException with the reason, without the address, if the name is not plain or the
         *                                  address is no http or https address
         */
        static RemoteFile of(String name, String address, String md5) {
            checkName(name);
            URI uri;
            try {
                uri = checked(new URI(address));
            } catch (URISyntaxException | IllegalArgumentException e) {
                throw new IllegalArgumentException("the address of its file " + name + " is no http or https address");
            }
            return new RemoteFile(name, uri, md5);
        }

        /** @throws IllegalArgumentException if the address is no http or https address */
        static URI checked(URI address) {
            boolean http = "http".equalsIgnoreCase(address.getScheme()) || "https".equalsIgnoreCase(address.getScheme());
            if (!http || address.getHost() == null || address.getRawUserInfo() != null) {
                throw new IllegalArgumentException("no http or https address");
            }
            return address;
        }

        boolean isWeights() {
            return name.endsWith(".onnx");
        }

        /** Returns the maximum size in bytes. */
        long maxSize() {
            // some exports keep their weights in a separate file
            return isWeights() || name.contains(".onnx") || name.endsWith(".bin") ? MAX_WEIGHTS : MAX_OTHER;
        }
    }
}
