import java.io.File
import java.net.HttpURLConnection
import java.net.URI
import java.net.URLEncoder
import java.util.Base64

/** Usage: Kotlin URL IMAGE. Sends base64, or the URL of the image, with the headers of Roboflow's documentation for Kotlin. */
fun main(arguments: Array<String>) {
    val (url, image) = arguments
    val byUrl = image.startsWith("https:")
    val body = if (byUrl) ByteArray(0) else Base64.getEncoder().encode(File(image).readBytes())
    val target = if (byUrl) "$url&image=" + URLEncoder.encode(image, "utf-8") else url
    val connection = URI(target).toURL().openConnection() as HttpURLConnection
    connection.requestMethod = "POST"
    connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded")
    connection.setRequestProperty("Content-Length", body.size.toString())
    connection.setRequestProperty("Content-Language", "en-US")
    connection.useCaches = false
    connection.doOutput = true
    connection.outputStream.use { it.write(body) }
    println(connection.inputStream.use { it.readBytes().decodeToString() })
}
