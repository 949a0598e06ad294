package io.github.camelroboflow.hosted.weights;

import io.github.camelroboflow.hosted.http.ApiCall;
import io.github.camelroboflow.hosted.http.ApiCall.PlatformCalls;
import io.github.camelroboflow.hosted.http.ApiCall.TransientFailureException;
import io.github.camelroboflow.hosted.http.ApiResponse;
import io.github.camelroboflow.hosted.http.ErrorResponses;
import io.github.camelroboflow.hosted.http.RoboflowHost;
import io.github.camelroboflow.hosted.weights.ModelManifest.RemoteFile;
import io.github.camelroboflow.inference.ModelPackageException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.support.Hashes;
import io.github.camelroboflow.inference.support.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;

/**
 * Downloads one file of a model to the disk and checks it. The request is sent without the key, because the address
 * alone gives access and may lead to another company's server. A file that arrives damaged is downloaded again.
 *
 * <p>The result is the target of a redirect, if the server sends one.
 */
final class FileDownload implements ApiCall<Optional<URI>> {

    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final int BUFFER = 1 << 16;

    private final RemoteFile file;
    private final String model;
    private final URI address;
    private final Path target;
    private String md5 = "";

    /**
     * @param model the model's id, for messages
     * @param target the file to write, which each retry replaces
     */
    FileDownload(RemoteFile file, String model, URI address, Path target) {
        this.file = file;
        this.model = model;
        this.address = address;
        this.target = target;
    }

    @Override
    public String subject() {
        return file.name() + " of " + model;
    }

    @Override
    public String target() {
        return subject();
    }

    @Override
    public HttpUriRequestBase request() {
        return new HttpGet(address);
    }

    @Override
    public boolean sendsKey() {
        return false;
    }

    @Override
    public String timeoutOption() {
        return "weightsTimeout";
    }

    @Override
    public boolean accepts(ApiResponse answer) {
        return !ErrorResponses.isTransient(answer);
    }

    @Override
    public ApiResponse receive(ClassicHttpResponse response) throws IOException {
        HttpEntity body = response.getEntity();
        if (response.getCode() != 200 || body == null) {
            return ApiResponse.read(response, PlatformCalls.MAX_RESPONSE_SIZE);
        }
        if (body.getContentLength() > file.maxSize()) {
            throw tooLarge();
        }
        store(body.getContent());
        return new ApiResponse(200, "", Optional.empty(), "", new byte[0]);
    }

    private void store(InputStream in) throws IOException {
        MessageDigest digest = Hashes.md5();
        byte[] buffer = new byte[BUFFER];
        try (FileChannel out = open()) {
            long size = 0;
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                size += count;
                if (size > file.maxSize()) {
                    throw tooLarge();
                }
                digest.update(buffer, 0, count);
                write(out, ByteBuffer.wrap(buffer, 0, count));
            }
            force(out);
        }
        md5 = HexFormat.of().formatHex(digest.digest());
    }

    private FileChannel open() {
        try {
            return FileChannel.open(target, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING);
        } catch (IOException e) {
            throw writeFailure(e);
        }
    }

    private void write(FileChannel out, ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        } catch (IOException e) {
            throw writeFailure(e);
        }
    }

    private void force(FileChannel out) {
        try {
            out.force(true);
        } catch (IOException e) {
            throw writeFailure(e);
        }
    }

    private ModelPackageException writeFailure(IOException e) {
        return StagingFolder.writeFailure(target, e);
    }

    private ModelPackageException tooLarge() {
        return new ModelPackageException(RoboflowHost.of(address) + " sends " + subject() + " with more than "
                + (file.maxSize() >> 20) + " MB; no model file is that large");
    }

    @Override
    public Optional<URI> read(ApiResponse answer) {
        if (REDIRECTS.contains(answer.status())) {
            return Optional.of(redirect(answer.location()));
        }
        if (answer.status() != 200) {
            throw new RoboflowUnavailableException(RoboflowHost.of(address) + " does not deliver " + subject() + " (HTTP "
                    + answer.status() + "): try again, because the signed address expires soon");
        }
        check();
        return Optional.empty();
    }

    private URI redirect(String location) {
        try {
            URI next = RemoteFile.checked(address.resolve(location));
            if ("https".equalsIgnoreCase(address.getScheme()) && !"https".equalsIgnoreCase(next.getScheme())) {
                throw new ModelPackageException(RoboflowHost.of(address) + " redirects to an unencrypted address for "
                        + subject());
            }
            return next;
        } catch (IllegalArgumentException e) {
            // the cause is dropped because it quotes the address
            throw new RoboflowUnavailableException(RoboflowHost.of(address) + " redirects to an invalid address for " + subject());
        }
    }

    private void check() {
        if (!file.md5().isEmpty() && !file.md5().equalsIgnoreCase(md5)) {
            throw damaged("its MD5 is " + md5 + " instead of " + file.md5());
        }
        try {
            if (file.isWeights() && !OnnxFileCheck.isComplete(target)) {
                throw damaged("it is no complete ONNX file");
            }
            if (file.name().endsWith(".json")) {
                Json.STRICT.readTree(target.toFile());
            }
        } catch (IOException e) {
            throw damaged("it is not JSON");
        }
    }

    private TransientFailureException damaged(String how) {
        return new TransientFailureException(subject() + " arrived damaged from " + RoboflowHost.of(address) + " (" + how + ")",
                null, null);
    }
}
