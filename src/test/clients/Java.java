import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** Usage: Java URL IMAGE. Sends base64, or the URL of the image, with Java's oldest client. */
class Java {

    public static void main(String[] arguments) throws Exception {
        String url = arguments[0];
        String image = arguments[1];
        boolean byUrl = image.startsWith("https:");
        byte[] body = byUrl ? new byte[0] : Base64.getEncoder().encode(Files.readAllBytes(Path.of(image)));
        String target = byUrl ? url + "&image=" + URLEncoder.encode(image, StandardCharsets.UTF_8) : url;
        HttpURLConnection connection = (HttpURLConnection) URI.create(target).toURL().openConnection();
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded");
        connection.setDoOutput(true);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body);
        }
        System.out.println(new String(connection.getInputStream().readAllBytes()));
    }
}
