// Glyphs: coverage from the atlas times the text's colour. Output: sRGB, premultiplied.
uniform sampler2D u_atlas;
varying vec2 v_texcoord;
varying vec4 v_color;

void main()
{
    float alpha = texture2D(u_atlas, v_texcoord).r * v_color.a;
    gl_FragColor = vec4(v_color.rgb * alpha, alpha);
}
