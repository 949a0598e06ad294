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
 * What the platform offers of a model.
 *
 * @param files to be fetched
 * @param texts contents, by name, of files to be written beside them; where both have a name, the fetched file counts
 * @param colors JSON of {@code #RRGGBB} by class name for an {@code environment.json} that has none; empty if none are told
 */
record ModelManifest(List<RemoteFile> files, Map<String, String> texts, String colors) {

    private static final int MOST_FILES = 32;

    /** @throws IllegalArgumentException if two files have one name, or there are absurdly many; says so */
    ModelManifest {
        Set<String> names = new HashSet<>();
        for (RemoteFile file : files) {
            // some file systems know no case
            if (!names.add(file.name().toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("it has two files " + file.name());
            }
        }
        if (files.size() > MOST_FILES) {
            throw new IllegalArgumentException("it has " + files.size() + " files, more than any model has");
        }
        texts = Map.copyOf(texts);
    }

    /**
     * A file of a model that is to be fetched.
     *
     * @param name    what it is called in the model's folder: a plain name, so that it never leaves that folder
     * @param address where it is: http or https, signed perhaps, so never to be shown
     * @param md5     of its bytes, in hex; empty if that isn't said
     */
    record RemoteFile(String name, URI address, String md5) {

        /** As large as a single ONNX file can be. */
        static final long MAX_WEIGHTS = 2L << 30;
        /** Of anything but weights: names, settings. */
        static final long MAX_OTHER = 16L << 20;

        private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}");

        /** @throws IllegalArgumentException if the name is not plain; says so */
        RemoteFile {
            checkName(name);
        }

        private static void checkName(String name) {
            if (!PLAIN_NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("it has a file '" + name.replaceAll("[^\\x20-\\x7e]", "?")
                        + "', which is no plain file name");
            }
        }

        /**
         * @param address what the platform says
         * @throws IllegalArgumentException if the name is not plain, or the address is none of the web; says so, without the
         *         address
         */
        static RemoteFile of(String name, String address, String md5) {
            checkName(name);
            URI uri;
            try {
                uri = checked(new URI(address));
            } catch (URISyntaxException | IllegalArgumentException e) {
                throw new IllegalArgumentException("it does not say where on the web its file " + name + " is");
            }
            return new RemoteFile(name, uri, md5);
        }

        /** @throws IllegalArgumentException if it is no address of the web */
        static URI checked(URI address) {
            boolean http = "http".equalsIgnoreCase(address.getScheme()) || "https".equalsIgnoreCase(address.getScheme());
            if (!http || address.getHost() == null || address.getRawUserInfo() != null) {
                throw new IllegalArgumentException("no address of the web");
            }
            return address;
        }

        boolean isWeights() {
            return name.endsWith(".onnx");
        }

        /** The most bytes that it may have. */
        long maxSize() {
            // weights of some exports have their numbers in a file beside them
            return isWeights() || name.contains(".onnx") || name.endsWith(".bin") ? MAX_WEIGHTS : MAX_OTHER;
        }
    }
}
