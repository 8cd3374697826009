// Grey levels that stand four to a texel, spread over their pixels.
//
// Inputs: u_packed, four grey levels per texel, left to right; v_texcoord, of the pixel in it. Output: opaque sRGB.
uniform sampler2D u_packed;
varying vec2 v_texcoord;

void main()
{
    vec4 greys = texture2D(u_packed, v_texcoord);
    float of_four = mod(gl_FragCoord.x - 0.5, 4.0);
    vec2 pair = of_four < 1.5 ? greys.xy : greys.zw;
    float grey = of_four == 0.0 || of_four == 2.0 ? pair.x : pair.y;
    gl_FragColor = vec4(vec3(grey), 1.0);
}
